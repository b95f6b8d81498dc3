/** Choices of an autocomplete, and options of a menu, that Discord shows. */
export const CHOICES = 25;
