/** A small disk that can be filled. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIZE = "size=128m";

export interface Disk {
  folder: string;
  fill(): void;
  empty(): void;
  remove(): void;
}

/** A file system in memory, or undefined where that takes rights that nobody has here. */
export function makeDisk(): Disk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "quantspot-disk-"));
  const ballast = join(folder, "ballast");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", SIZE, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  return {
    folder: join(folder, "redis"),
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
        // It is full: Redis wrote at the same moment.
      }
    },
    empty: () => rmSync(ballast),
    remove() {
      execFileSync("umount", ["--lazy", folder]);
      rmdirSync(folder);
    },
  };
}
