// What real life brings: refusals, a service that is gone, very many failed rows, another site, a job that ends meanwhile.
// walk.test.mjs brings it in when all of its own tests are there: it goes over the stack that they have used.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, PAGE, tabTo } from "./browser.mjs";
import { openAt } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("a service that refuses is told in its words", async () => {
  const page = await openAt(browser, `#/apps/${"0".repeat(32)}/segments`);
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
  const page = await openAt(browser, "");
  await page.getByText("newest first").waitFor();
  await page.route("**/v1/**", (route) => route.abort());
  await page.getByRole("link", { name: "Segments" }).click();
  await page.getByRole("alert").first().getByText("does not answer").waitFor();
});

test("a hundred thousand failed rows are counted and paged", async () => {
  const page = await openAt(browser, "");
  await page.locator("tbody tr", { hasText: "300" }).first().getByRole("link").click();
  await page.getByText("300 failed rows").waitFor();
  const line = (number) => JSON.stringify({ Object: "s3://b/a.csv", Line: number, Field: "Address", Reason: "is empty", Reasons: [{ Field: "Address", Reason: "is empty" }], Header: "Id,Address", Row: `${number},` });
  const body = Array.from({ length: 120_000 }, (_, number) => line(number + 2)).join("\n");
  await page.route("**/file?**", (route) => route.fulfill({ body }));
  await page.reload();
  await page.getByText("Page 1 of 4,000").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("cell", { name: "27", exact: true }).waitFor();
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

// Answer a job as one that runs, as long as `runs` says so.
async function asRunning(page, runs) {
  await page.route(/\/jobs\/import(\/\w+)?(\?|$)/, async (route) => {
    const answer = await route.fetch();
    const found = await answer.json();
    for (const job of found.Item || [found]) if (runs()) Object.assign(job, { JobStatus: "PROCESSING", CompletionDate: undefined });
    await route.fulfill({ response: answer, json: found });
  });
}

test("a job that ends while one looks shows its failed rows by itself", async () => {
  const page = await openAt(browser, "");
  await page.getByRole("row", { name: /^Import Customers/ }).getByRole("link").click();
  await page.getByText("300 failed rows").waitFor();
  let runs = true;
  await asRunning(page, () => runs);
  await page.reload();
  await page.getByText("Failed rows so far").waitFor();
  runs = false;
  await page.getByText("300 failed rows").waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a page that nobody sees asks nothing, and asks at once when it is seen again", async () => {
  const page = await open(browser);
  await page.clock.install();
  await asRunning(page, () => true);
  const asked = [];
  page.on("request", (request) => request.url().includes("/v1/") && asked.push(request.url()));
  await page.goto(PAGE);
  await page.getByText("newest first").waitFor();
  const shows = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await shows(true);
  const before = asked.length;
  await page.clock.fastForward(120_000);
  assert.equal(asked.length, before);
  const again = page.waitForRequest(/\/jobs\/import\/\w+$/);
  await shows(false);
  await again;
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a job is cancelled after a question, which Escape says no to", async () => {
  const page = await openAt(browser, "");
  await asRunning(page, () => true);
  const deleted = [];
  await page.route(/\/jobs\/import\/\w+$/, (route) => {
    if (route.request().method() !== "DELETE") return route.fallback();
    deleted.push(route.request().url());
    return route.fulfill({ status: 202, json: {} });
  });
  await page.getByRole("row", { name: /^Import Customers/ }).getByRole("link").click();
  await tabTo(page, "main button");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Cancel this job?" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.deepEqual(deleted, []);
  await page.getByRole("button", { name: "Cancel" }).click();
  const asked = page.waitForRequest((request) => request.method() === "DELETE");
  await page.getByRole("button", { name: "Cancel the job" }).click();
  await asked;
  assert.equal(deleted.length, 1);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
