/** Whether this is `npm run test:faults`, which takes its time, and not the short run inside `npm test`. */
export const AT_LENGTH = process.env.QUANTSPOT_FAULTS === "long";
