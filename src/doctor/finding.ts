/** What the doctor says of one thing. */
export interface Finding {
  about: string;
  /** `warning`: it works, but not as well, or not for long. */
  state: "ok" | "warning" | "wrong";
  found: string;
  /** What to do about it; of everything that is not ok. */
  todo?: string;
}

export const ok = (about: string, found: string): Finding => ({ about, state: "ok", found });
export const warning = (about: string, found: string, todo: string): Finding => ({
  ...{ about, found, todo },
  state: "warning",
});
export const wrong = (about: string, found: string, todo: string): Finding => ({
  ...{ about, found, todo },
  state: "wrong",
});
