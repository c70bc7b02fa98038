// A Chromium and pages in it that note what they should not do.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import carried from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const PAGE = process.env.PAGE;
const SCREENSHOTS = process.env.SCREENSHOTS;

// Without the arguments that the package suggests: they switch off what keeps sites apart.
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"];

export async function launch() {
  return chromium.launch({ executablePath: await carried.executablePath(), args: ARGUMENTS, headless: true });
}

// Open a page that fails the test where a script throws, or anything is asked of another server than its own.
export async function open(browser, address = PAGE) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => wrong.push(`a dialog of a script: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => request.url().startsWith(address) || wrong.push(`asked ${request.url()}`));
  page.wrong = wrong;
  return page;
}

// Look at the page as it is: nothing overflows its width, and axe finds nothing against WCAG 2.2 AA.
export async function look(page, name) {
  await page.evaluate(AXE);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = await page.evaluate(() =>
      window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`);
    assert.deepEqual(told, [], `${name}, ${colorScheme}`);
  }
  for (const width of [375, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name}: ${wide} pixels at a width of ${width}`);
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}.png`, fullPage: width === 375 });
  }
  await page.emulateMedia({ colorScheme: "light" });
  assert.deepEqual(page.wrong, [], name);
}

// Press Tab until what has the focus fits, as somebody does who has no mouse.
export async function tabTo(page, selector) {
  for (let presses = 0; presses < 200; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} is not reached by the keyboard`);
}
