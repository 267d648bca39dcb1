// Opens every page of a running platform in Chromium, in Chinese and English, at desktop and phone width: asks
// axe-core what is wrong with it, looks for things wider than the screen, and takes pictures.
// usage: look.mjs ORIGIN LOGIN PASSWORD OUT    (prints TAP)
// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";

const require = createRequire(new URL("../npm/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [origin, login, password, out] = process.argv.slice(2);

const OPEN = ["/", "/login", "/register", "/recovery", "/help", "/nothing-here"];
const INSIDE = ["/desk", "/credentials", "/messages", "/account", "/admin/organisations", "/admin/acts", "/admin/rules",
  "/admin/health", "/admin/routes", "/register"];
let cases = 0, failures = 0;

function check(name, good, why = "") {
  cases++;
  if (good) { console.log(`ok ${cases} - ${name}`); return; }
  failures++;
  console.log(String(why).split("\n").slice(0, 12).map(line => `# ${line}`).join("\n"));
  console.log(`not ok ${cases} - ${name}`);
}

async function look(page, path, name) {
  const answer = await page.goto(origin + path);
  check(`${name} answers`, answer.status() < 500, answer.status());
  await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(`${name} is no wider than the screen`, wide <= 1, `${wide} px`);
  // A tool of the test, not of the page: outside of the page's policy.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  check(`${name}: axe finds nothing`, found.violations.length === 0,
    found.violations.map(v => `${v.id}: ${v.help} — ${v.nodes.slice(0, 2).map(n => n.html).join(" | ")}`).join("\n"));
}

async function visit(browser, lang, size, script = true) {
  const context = await browser.newContext({ viewport: size, locale: lang === "zh" ? "zh-CN" : "en-GB", bypassCSP: true, javaScriptEnabled: script });
  const page = await context.newPage(), kind = `${lang}-${size.width}`;
  page.on("pageerror", error => check(`${kind}: no script fails`, false, error.message));
  for (const path of OPEN) await look(page, path, `${kind}${path.replaceAll("/", "_")}`);
  await page.goto(`${origin}/login`);
  await page.fill("input[name=login]", login);
  await page.fill("input[name=password]", password);
  await page.press("input[name=password]", "Enter");
  check(`${kind}: logs in by password, by keyboard`, page.url().endsWith("/desk"), page.url());
  for (const path of INSIDE) await look(page, path, `${kind}${path.replaceAll("/", "_")}`);
  await context.close();
}

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"] });
for (const lang of ["zh", "en"])
  for (const size of [{ width: 1280, height: 900 }, { width: 390, height: 844 }])
    await visit(browser, lang, size);
await browser.close();
console.log(`1..${cases}`);
process.exit(failures ? 1 : 0);
