// The walk of somebody with a file: new app, columns, dry run, import, failures, segment, export, download.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { after, before, test } from "node:test";
import { launch, look, open, PAGE, tabTo } from "./browser.mjs";

const ROWS = 10_000;
const BAD = 300;
const APP = "<script>alert(1)</script> Shop \u202e\u05d0\u05d1";
const PLAN = '<img src=x onerror="alert(2)">';

function people() {
  const lines = ["Id,Address,ChannelType,Attributes.Plan,E-Mail,note"];
  for (let number = 0; number < ROWS; number += 1) {
    const channel = number % 33 === 0 && number < 33 * BAD ? "PIGEON<b>" : "EMAIL";
    lines.push(`${number},user${number}@example.org,${channel},"${PLAN.replaceAll('"', '""')}",x,\u202enote`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("without jobs the page says what to do", async () => {
  const page = await open(browser);
  await page.goto(PAGE);
  await page.getByText("There are no jobs yet").waitFor();
  await look(page, "no-jobs");
});

test("a file goes in by mouse, and what failed is shown and fetched", async () => {
  const page = await open(browser);
  await page.goto(`${PAGE}#/import`);
  await page.getByLabel("Name").fill(APP);
  await page.getByRole("button", { name: "Make the app" }).click();
  await page.waitForURL(/#\/apps\/\w+\/import$/);
  await page.locator("input[type=file]").setInputFiles({ name: "people <i>.csv", mimeType: "text/csv", buffer: people() });
  await page.getByLabel("Field of E-Mail").selectOption("Attributes.E-Mail");
  await page.getByLabel("Segment to make").fill("Customers");
  await look(page, "columns");
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText("What the dry run found").waitFor({ timeout: 60_000 });
  await page.getByText("9,700").waitFor();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.locator("main > p .status.good").waitFor({ timeout: 60_000 });
  await page.getByText("300 failed rows").waitFor();
  assert.equal(await page.locator(".cells .fault").count(), 50);
  await look(page, "job");
  const [csv] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as CSV" }).click()]);
  const failed = readFileSync(await csv.path(), "utf8").trim().split("\r\n");
  assert.equal(failed.length, BAD + 1);
  assert.ok(failed[1].includes("PIGEON<b>"));
});

test("its segment is shown, searched, exported and downloaded", async () => {
  const page = await open(browser);
  await page.goto(`${PAGE}#/segments`);
  await page.getByRole("link", { name: "Customers" }).click();
  await page.getByText("Size over time").waitFor();
  await page.getByLabel("Id of an endpoint").fill("user1@");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("summary").first().click();
  assert.ok((await page.locator("details pre").first().textContent()).includes(PLAN.replaceAll('"', '\\"')));
  assert.ok(!page.url().includes("user1"), "nothing personal in the address bar");
  await look(page, "segment");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("button", { name: "Show the files" }).click({ timeout: 60_000 });
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("li a[download]").first().click()]);
  const lines = gunzipSync(readFileSync(await file.path())).toString().trim().split("\n");
  assert.equal(lines.length, ROWS - BAD);
  await look(page, "export");
});

test("all jobs are listed, and one is opened without a mouse", async () => {
  const page = await open(browser);
  await page.goto(PAGE);
  await page.getByText("3 jobs, newest first").waitFor();
  await look(page, "jobs");
  await tabTo(page, "tbody a");
  await page.keyboard.press("Enter");
  await page.getByText("Endpoints written").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
});

test("an import by the keyboard alone", async () => {
  const page = await open(browser);
  await page.goto(`${PAGE}#/import`);
  await page.locator("input[type=file]").setInputFiles({ name: "one.csv", mimeType: "text/csv", buffer: Buffer.from("Id,Address,ChannelType\n1,a@example.org,EMAIL\n") });
  await tabTo(page, "button.main:not([disabled])");
  await page.keyboard.press("Enter");
  await page.getByText("What the dry run found").waitFor({ timeout: 60_000 });
  await tabTo(page, "button.main:not([disabled])");
  await page.keyboard.press("Enter");
  await page.locator("main > p .status.good").waitFor({ timeout: 60_000 });
});

test("a service that refuses is told in its words", async () => {
  const page = await open(browser);
  await page.goto(`${PAGE}#/apps/${"0".repeat(32)}/segments`);
  await page.getByRole("alert").getByText("there is no app").waitFor();
});

test("a call that is refused says which permission it needs", async () => {
  const page = await open(browser);
  const headers = { "x-amzn-ErrorType": "ForbiddenException" };
  await page.route("**/v1/**", (route) => route.fulfill({ status: 403, headers, body: '{"Message": "User is not authorized."}' }));
  await page.goto(PAGE);
  await page.getByRole("alert").first().getByText("execute-api:Invoke").waitFor();
});

test("what was shown stays when the service does not answer, and says so", async () => {
  const page = await open(browser);
  await page.goto(PAGE);
  await page.getByText("newest first").waitFor();
  await page.route("**/v1/**", (route) => route.abort());
  await page.getByRole("link", { name: "Segments" }).click();
  await page.getByRole("alert").first().getByText("does not answer").waitFor();
});

test("a hundred thousand failed rows are counted and paged", async () => {
  const page = await open(browser);
  await page.goto(PAGE);
  await page.locator("tbody tr", { hasText: "300" }).first().getByRole("link").click();
  await page.getByText("300 failed rows").waitFor();
  const line = (number) => JSON.stringify({ Object: "s3://b/a.csv", Line: number, Field: "Address", Reason: "is empty", Reasons: [{ Field: "Address", Reason: "is empty" }], Header: "Id,Address", Row: `${number},` });
  const body = Array.from({ length: 120_000 }, (_, number) => line(number + 2)).join("\n");
  await page.route("**/file?**", (route) => route.fulfill({ body }));
  await page.reload();
  await page.getByText("Page 1 of 2,000").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("cell", { name: "52", exact: true }).waitFor();
  assert.deepEqual(page.wrong, []);
});

test("another site in the same browser gets nothing", async () => {
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.route("http://evil.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>evil</h1>" }));
  await other.goto("http://evil.example/");
  const got = await other.evaluate(async (page) => {
    const tries = [`${page}v1/apps`, page.replace(/[^/]+\/$/, "v1/apps")];
    const read = await Promise.all(tries.map((url) => fetch(url).then((answer) => answer.text(), () => "refused")));
    const blind = await fetch(tries[0], { mode: "no-cors" }).then((answer) => answer.type, () => "refused");
    return { read, blind };
  }, PAGE);
  assert.deepEqual(got.read, ["refused", "refused"]);
});
