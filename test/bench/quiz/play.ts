/**
 * Whole studies through the real vote path, of communities of known skill: how often p <= 0.05 when nobody can tell,
 * how often the interval covers the truth, and what sham rounds say. Slower than simulate.ts, which asks the
 * statistics alone; here the draws are the cryptographic ones and each vote goes through Redis.
 *
 *     npm run simulate:votes -- --seed 1 --runs 200
 */
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { plan } from "../../support/plan.ts";
import { startTestRedis } from "../../support/redis.ts";
import { seededRandom, trueRate } from "./community.ts";
import { playStudy } from "./votePath.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "200" } },
});
const runs = Number(values.runs);
const random = seededRandom(Number(values.seed));
const server = await startTestRedis();
const redis = new Redis(server.url);
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

console.log(`Seed ${values.seed}, ${runs} studies a row, 20 members, one backend, controls 10%.\n`);
console.log(
  "| rounds | true rate | taste SD | p <= 0.05 | interval covers | sham votes on the other execution |",
);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const rounds of [10, 40])
  for (const rate of [0.5, 0.65])
    for (const tasteSd of [0, 0.3]) {
      const community = { members: 20, rounds, rate, skillSd: 0.05, tasteSd };
      const truth = trueRate(community);
      let [significant, covered, votes, correct] = [0, 0, 0, 0];
      for (let run = 0; run < runs; run += 1) {
        await redis.flushall();
        const study = plan({ backends: ["nf4"], rounds, shamPercent: 10, closing: { votes: 10_000 } });
        const played = await playStudy(redis, study, community, random);
        const [backend] = played.result.state === "complete" ? played.result.backends : [];
        if (!backend) throw new Error("the study did not end");
        significant += Number(backend.p <= 0.05);
        covered += Number(backend.interval.lower <= truth && truth <= backend.interval.upper);
        votes += played.sham.votes;
        correct += played.sham.correct;
      }
      const cells = [rounds, percent(truth), tasteSd, percent(significant / runs), percent(covered / runs)];
      console.log(`| ${[...cells, percent(correct / votes)].join(" | ")} |`);
    }
redis.disconnect();
await server.stop();
