/** What stands under a long list. */
export const paging = {
  previous: "◀ Back",
  next: "Next ▶",
  page: (number: number, count: number) => `Page ${number} of ${count}`,
};
