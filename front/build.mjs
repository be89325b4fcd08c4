// Builds every stylesheet src/scss/NAME.scss and script src/ts/NAME.ts into ../static/dist, with the typeface beside them.
// Names stay plain: collectstatic hashes and compresses them. The folder is replaced in one go, so that whoever reads it
// meanwhile sees the old state or the new one.
import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { compileAsync } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "static", "dist");
const out = join(here, `.new-${process.pid}`);
const old = join(here, `.old-${process.pid}`);
const typeface = join(here, "node_modules", "@fontsource-variable", "atkinson-hyperlegible-next", "files");

async function entries(folder, ending) {
  const names = await readdir(join(here, "src", folder));
  return names.filter((name) => name.endsWith(ending) && !name.startsWith("_")).map((name) => join(here, "src", folder, name));
}

async function stylesheet(file) {
  const { css } = await compileAsync(file, {
    style: "compressed",
    loadPaths: [join(here, "node_modules")],
    quietDeps: true,
    silenceDeprecations: ["import"], // Bootstrap 5.3 is written with @import
  });
  const name = file.split("/").at(-1).replace(/\.scss$/, ".css");
  await writeFile(join(out, name), css);
}

await mkdir(dirname(dist), { recursive: true });
await mkdir(join(out, "fonts"), { recursive: true });
await Promise.all([
  ...(await entries("scss", ".scss")).map(stylesheet),
  build({
    entryPoints: await entries("ts", ".ts"),
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020"],
    logLevel: "warning",
  }),
  ...["latin", "latin-ext"].map((range) => {
    const name = `atkinson-hyperlegible-next-${range}-wght-normal.woff2`;
    return cp(join(typeface, name), join(out, "fonts", name));
  }),
]);
await rename(dist, old).catch(() => undefined); // there is none at first
await rename(out, dist);
await rm(old, { recursive: true, force: true });
