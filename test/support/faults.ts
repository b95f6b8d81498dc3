/** What a test makes fail, in the place of what works. */

/** The same, with one method in another's place. */
export function replaced<T extends object>(whole: T, name: keyof T, other: (...args: never[]) => unknown): T {
  return new Proxy(whole, {
    get(target, key) {
      const value: unknown = key === name ? other : Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
