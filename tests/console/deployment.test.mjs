// The walk over a deployment whose IAM decides (make rehearse): PAGE may do all, READER_PAGE only reads, STRANGER_PAGE nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, look, PAGE } from "./browser.mjs";
import { ended, exportSegment, fetchFailures, importPeople, openAt } from "./steps.mjs";

const { APP, READER_PAGE, ROLE_ARN, S3_URL, STRANGER_PAGE } = process.env;

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("a file of this computer goes in by the page, and what failed is shown and fetched", async () => {
  const page = await openAt(browser, `#/apps/${APP}/import`);
  await importPeople(page);
  await fetchFailures(page);
});

test("its segment is shown, searched, exported and downloaded by the page", async () => {
  await exportSegment(await openAt(browser, `#/apps/${APP}/segments`));
});

test("a file in the customer's bucket goes in with the customer's role", async () => {
  const page = await openAt(browser, `#/apps/${APP}/import`);
  await page.getByLabel("Or its S3 URL").fill(S3_URL);
  await page.getByLabel("Role that reads it").fill(ROLE_ARN);
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText("What the dry run found").waitFor({ timeout: 120_000 });
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await ended(page);
});

test("a role that a job must not have is refused in the page", async () => {
  const page = await openAt(browser, `#/apps/${APP}/import`);
  await page.getByLabel("Or its S3 URL").fill(S3_URL);
  await page.getByLabel("Role that reads it").fill(ROLE_ARN.replace("role/segment-jobs/", "role/"));
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByRole("alert").getByText("RoleArn").waitFor();
});

test("who may only read sees jobs, and is told which permission an import needs", async () => {
  const page = await openAt(browser, `#/apps/${APP}/jobs`, READER_PAGE);
  await page.getByText("newest first").waitFor();
  await page.goto(`${READER_PAGE}#/apps/${APP}/import`);
  await page.locator("input[type=file]").setInputFiles({ name: "one.csv", mimeType: "text/csv", buffer: Buffer.from("Id,Address,ChannelType\n1,a@example.org,EMAIL\n") });
  await page.getByRole("button", { name: "Dry run" }).click();
  const told = page.getByRole("alert");
  await told.getByText("execute-api:Invoke").waitFor();
  assert.match(await told.textContent(), /^User: /);
  assert.ok(await told.evaluate((node) => node.getBoundingClientRect().bottom <= innerHeight), "it is in sight");
  await look(page, "refused");
});

test("a stranger sees nothing, and is told which permission is needed", async () => {
  const page = await openAt(browser, "", STRANGER_PAGE);
  await page.getByRole("alert").first().getByText("execute-api:Invoke").waitFor();
});

test("the page with the customer's rights lists the jobs of all apps", async () => {
  const page = await openAt(browser, "");
  await page.getByText("newest first").waitFor();
  await look(page, "jobs");
});
