/** What any language has to say: the keys, arguments and lists of the English, in words of its own. */
export type Wording<English> = English extends string
  ? string
  : English extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { [Key in keyof English]: Wording<English[Key]> };
