/** Cut to a number of characters, whole ones, with an ellipsis where something is missing. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const whole = [...text.slice(0, limit - 1)];
  if (/[\uD800-\uDBFF]$/.test(text.slice(0, limit - 1))) whole.pop();
  return `${whole.join("")}…`;
}
