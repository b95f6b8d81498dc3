/** Settings: readable, spelled right, and the file with the secrets nobody else's to read. */
import { statSync } from "node:fs";
import { type Config, ConfigError, readConfig, readConfigWithout, settingNames } from "../config.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";

const ABOUT = "Settings";
/** Names that only this project would use: one that config.ts does not know is a slip. */
const OURS = /^(QUANTSPOT|DISCORD)_/;

interface Settings {
  /** As far as it can be used. */
  config: Config;
  /** Names of settings that can't be: in `config` they are as if unset. */
  unusable: readonly string[];
  findings: Finding[];
}

/** @param file `.env`, if there is one */
export function checkSettings(file: string): Settings {
  const { config, unusable, complaints } = read();
  const findings = [...complaints, ...unknownNames(), ...openFile(file)];
  return { config, unusable, findings: findings.length > 0 ? findings : [ok(ABOUT, "can be used")] };
}

function read(): { config: Config; unusable: readonly string[]; complaints: Finding[] } {
  try {
    return { config: readConfig(), unusable: [], complaints: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { settings, message } = error;
    const complaints = [wrong(ABOUT, message, "Correct them in .env.")];
    return { config: readConfigWithout(settings), unusable: settings, complaints };
  }
}

function unknownNames(): Finding[] {
  const known = new Set(settingNames.flatMap((name) => [name, `${name}_FILE`]));
  const unknown = Object.keys(process.env).filter((name) => OURS.test(name) && !known.has(name));
  if (unknown.length === 0) return [];
  return [
    warning(
      ABOUT,
      `there is no setting ${unknown.join(", ")}`,
      "See .env.example for how they are spelled; these are not looked at.",
    ),
  ];
}

function openFile(file: string): Finding[] {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) === 0) return [];
  return [warning(ABOUT, `others on this machine can read ${file}`, "Run: chmod 600 .env")];
}
