// The walk of somebody with a file: new app, columns, dry run, import, failures, segment, export, download.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { launch, look, tabTo } from "./browser.mjs";
import { ended, exportSegment, fetchFailures, importPeople, openAt } from "./steps.mjs";

const APP = "<script>alert(1)</script> Shop \u202e\u05d0\u05d1";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("without jobs the page says what to do", async () => {
  const page = await openAt(browser, "");
  await page.getByText("There are no jobs yet").waitFor();
  await look(page, "no-jobs");
});

test("a file goes in by mouse, and what failed is shown and fetched", async () => {
  const page = await openAt(browser, "#/import");
  await page.getByLabel("Name").fill(APP);
  await page.getByRole("button", { name: "Make the app" }).click();
  await page.waitForURL(/#\/apps\/\w+\/import$/);
  await importPeople(page);
  await fetchFailures(page);
});

test("its segment is shown, searched, exported and downloaded", async () => {
  await exportSegment(await openAt(browser, "#/segments"));
});

test("all jobs are listed, and one is opened without a mouse", async () => {
  const page = await openAt(browser, "");
  await page.getByText("3 jobs, newest first").waitFor();
  await look(page, "jobs");
  await tabTo(page, "tbody a");
  await page.keyboard.press("Enter");
  await page.getByText("Endpoints written").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
});

test("an import by the keyboard alone", async () => {
  const page = await openAt(browser, `#/import`);
  await page.locator("input[type=file]").setInputFiles({ name: "one.csv", mimeType: "text/csv", buffer: Buffer.from("Id,Address,ChannelType\n1,a@example.org,EMAIL\n") });
  await tabTo(page, "button.main:not([disabled])");
  await page.keyboard.press("Enter");
  await page.getByText("What the dry run found").waitFor({ timeout: 60_000 });
  await tabTo(page, "button.main:not([disabled])");
  await page.keyboard.press("Enter");
  await ended(page);
});

test("mended rows go in by the link below the failed ones, with the columns of their job", async () => {
  const page = await openAt(browser, "");
  await page.getByRole("row", { name: /^Import Customers/ }).getByRole("link").click();
  await page.getByRole("link", { name: "import the mended file" }).click();
  const mended = "Id,Address,ChannelType,E-Mail,Object,Line,Reasons\n0,user0@example.org,EMAIL,x,s3://b/a.csv,2,PIGEON is not one\n";
  await page.locator("input[type=file]").setInputFiles({ name: "failures.csv", mimeType: "text/csv", buffer: Buffer.from(mended) });
  assert.equal(await page.getByLabel("Field of E-Mail").inputValue(), "Attributes.E-Mail");
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByRole("button", { name: "Import", exact: true, disabled: false }).click({ timeout: 60_000 });
  await ended(page);
});

test("the lines of a job run as they are copied", async () => {
  const page = await openAt(browser, "");
  const { CODE_HOME, PYTHON, AWS } = process.env;
  const env = { HOME: CODE_HOME, PATH: process.env.PATH, AWS_DEFAULT_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
  for (const kind of ["Dry run", "Export"]) {
    await page.getByRole("row", { name: new RegExp(`^${kind} `) }).last().getByRole("link").click();
    const code = (name) => page.getByRole("region", { name, exact: true }).textContent();
    execFileSync(PYTHON, ["-c", await code("boto3")], { env });
    const answer = execFileSync("sh", ["-c", (await code("AWS CLI")).replace("aws pinpoint", `"${AWS}" pinpoint`)], { env });
    assert.equal(Object.values(JSON.parse(answer))[0].JobStatus, "CREATED");
    await page.goBack();
  }
});

await import("./states.mjs");
