// Steps of the walks: a file goes in, what failed is fetched, the segment goes out. The walks share them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { look, open, PAGE } from "./browser.mjs";

// Of the file; ROWS says otherwise where jobs are slow.
export const ROWS = Number(process.env.ROWS || 10_000);
export const BAD = (3 * ROWS) / 100;
const told = (number) => number.toLocaleString("en");
const PLAN = '<img src=x onerror="alert(2)">';
const JOB_MS = 300_000; // engines under load are slow

export const ended = (page) => page.locator("main p[aria-live] .status", { hasText: "Completed" }).waitFor({ timeout: JOB_MS });

// A file of which three rows in a hundred fail, with HTML and letters from right to left in names, values and what is wrong.
export function people() {
  const lines = ["Id,Address,ChannelType,Attributes.Plan,E-Mail,note"];
  for (let number = 0; number < ROWS; number += 1) {
    const channel = number % 33 === 0 && number < 33 * BAD ? "PIGEON<b>" : "EMAIL";
    lines.push(`${number},user${number}@example.org,${channel},"${PLAN.replaceAll('"', '""')}",x,\u202enote`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

// In the view of a new import: choose the file and a column, try, import; end on the job's view.
export async function importPeople(page) {
  await page.locator("input[type=file]").setInputFiles({ name: "people <i>.csv", mimeType: "text/csv", buffer: people() });
  await page.getByLabel("Field of E-Mail").selectOption("Attributes.E-Mail");
  await page.getByLabel("Segment to make").fill("Customers");
  assert.deepEqual(await page.locator("h2").allTextContents(), ["The file", "Columns"]);
  await look(page, "columns");
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText("What the dry run found").waitFor({ timeout: JOB_MS });
  await page.getByText(told(ROWS - BAD), { exact: true }).waitFor();
  await page.getByText("nothing has gone in yet").waitFor();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await ended(page);
}

// In the view of the job that importPeople made: what failed is told, and fetched as CSV.
export async function fetchFailures(page) {
  await page.getByText(`${BAD} failed rows`).waitFor();
  assert.equal(await page.locator(".cells .fault").count(), Math.min(BAD, 25));
  await look(page, "job");
  const [csv] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as CSV" }).click()]);
  const failed = readFileSync(await csv.path(), "utf8").trim().split("\r\n");
  assert.equal(failed.length, BAD + 1);
  assert.ok(failed[1].includes("PIGEON<b>"));
}

// In the list of segments: open the imported one, search in it, export it, and fetch its file.
export async function exportSegment(page) {
  await page.getByRole("link", { name: "Customers" }).click();
  await page.getByText("Size over time").waitFor();
  await page.getByLabel("Id of an endpoint").fill("user1@");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("summary").first().click();
  assert.ok((await page.locator("details pre").first().textContent()).includes(PLAN.replaceAll('"', '\\"')));
  assert.ok(!page.url().includes("user1"), "nothing personal in the address bar");
  await look(page, "segment");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("button", { name: "Show the files" }).click({ timeout: JOB_MS });
  await page.locator("li a[download]").first().waitFor();
  const names = await page.locator("li a[download]").count();
  let lines = 0;
  for (let place = 0; place < names; place += 1) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator("li a[download]").nth(place).click()]);
    lines += gunzipSync(readFileSync(await file.path())).toString().trim().split("\n").length;
  }
  assert.equal(lines, ROWS - BAD);
  await look(page, "export");
}

export const openAt = async (browser, place, address = PAGE) => {
  const page = await open(browser, address);
  await page.goto(`${address}${place}`);
  return page;
};
