// The page's modules that touch no page: sentences, CSV, code, and which jobs are asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../console/page/js/as_code.js";
import { columnsOf } from "../../console/page/js/csv_record.js";
import { enough, fieldOf, rulesOf } from "../../console/page/js/fields.js";
import { bytes, counted, duration, share } from "../../console/page/js/format.js";
import { sentence } from "../../console/page/js/sentence.js";
import { WatchedJobs } from "../../console/page/js/watched_jobs.js";

const of = (Dimensions) => sentence({ SegmentType: "DIMENSIONAL", Dimensions });

test("each kind of dimension is a part of the sentence", () => {
  const values = (AttributeType, ...Values) => ({ AttributeType, Values });
  for (const [dimensions, said] of [
    [{}, "All endpoints."],
    [{ Attributes: { Plan: values("INCLUSIVE", "gold", "silver") } }, "Endpoints: Plan is “gold” or “silver”."],
    [{ Attributes: { Plan: values("EXCLUSIVE", "gold") } }, "Endpoints: Plan is not “gold”."],
    [{ Attributes: { Plan: values("CONTAINS", "ol") } }, "Endpoints: Plan contains “ol”."],
    [{ Attributes: { Day: values("BEFORE", "2026-01-01") } }, "Endpoints: Day is before 2026-01-01."],
    [{ Attributes: { Day: values("AFTER", "2026-01-01") } }, "Endpoints: Day is after 2026-01-01."],
    [{ Attributes: { Day: values("BETWEEN", "2026-01-01", "2026-02-01") } }, "Endpoints: Day is between 2026-01-01 and 2026-02-01."],
    [{ Attributes: { Day: values("ON", "2026-01-01") } }, "Endpoints: Day is on 2026-01-01."],
    [{ UserAttributes: { Age: values("INCLUSIVE", "30") } }, "Endpoints: the user's Age is “30”."],
    [{ Metrics: { Visits: { ComparisonOperator: "GREATER_THAN_OR_EQUAL", Value: 3 } } }, "Endpoints: Visits is at least 3."],
    [{ Metrics: { Visits: { ComparisonOperator: "LESS_THAN", Value: 3 } } }, "Endpoints: Visits is less than 3."],
    [{ Demographic: { Platform: { DimensionType: "INCLUSIVE", Values: ["iOS"] } } }, "Endpoints: Platform is “iOS”."],
    [{ Demographic: { Channel: { DimensionType: "EXCLUSIVE", Values: ["SMS"] } } }, "Endpoints: Channel is not “SMS”."],
    [{ Location: { Country: { DimensionType: "INCLUSIVE", Values: ["AT", "DE"] } } }, "Endpoints: Country is “AT” or “DE”."],
    [{ Location: { GPSPoint: { Coordinates: { Latitude: 48.2, Longitude: 16.4 }, RangeInKilometers: 10 } } }, "Endpoints: within 10 km of 48.2, 16.4."],
    [{ Behavior: { Recency: { Duration: "DAY_7", RecencyType: "ACTIVE" } } }, "Endpoints: active in the last 7 days."],
    [{ Behavior: { Recency: { Duration: "HR_24", RecencyType: "INACTIVE" } } }, "Endpoints: not active in the last 24 hours."],
  ]) assert.equal(of(dimensions), said);
});

test("groups are joined as they say", () => {
  const plan = (value) => ({ Attributes: { Plan: { AttributeType: "INCLUSIVE", Values: [value] } } });
  const groups = (Include, ...Groups) => sentence({ SegmentType: "DIMENSIONAL", SegmentGroups: { Include, Groups } });
  assert.equal(groups("ALL", { Type: "ANY", Dimensions: [plan("a"), plan("b")] }), "Endpoints: (Plan is “a”) or (Plan is “b”).");
  assert.equal(groups("ANY", { Dimensions: [plan("a")] }, { Dimensions: [plan("b")] }), "Endpoints: [Plan is “a”] or [Plan is “b”].");
  assert.equal(groups("NONE", { Dimensions: [plan("a")] }), "Endpoints that are in none of these: Plan is “a”.");
  const base = { SourceSegments: [{ Id: "s1" }, { Id: "s2" }], SourceType: "NONE", Type: "NONE", Dimensions: [plan("a")] };
  assert.equal(groups("ALL", base), "Endpoints: in none of segment s1 and segment s2, where not (Plan is “a”).");
  assert.equal(sentence({ SegmentType: "IMPORT", ImportDefinition: { S3Url: "s3://b/a.csv" } }), "The endpoints that were imported from s3://b/a.csv.");
});

test("the header of a file is read, and the cells of its first row", () => {
  assert.deepEqual(columnsOf('\ufeffsep=;\r\n"Id";"a;b"\r\n1;"x\ny"\r\n2;z'), { delimiter: ";", columns: ["Id", "a;b"], sample: ["1", "x\ny"] });
  assert.deepEqual(columnsOf("Id,Address"), { delimiter: ",", columns: ["Id", "Address"], sample: [""] });
  assert.deepEqual(columnsOf(""), { delimiter: ",", columns: [""], sample: [""] });
});

test("what is chosen for columns becomes the members of a request", () => {
  const fields = ["Id", "Address", "ChannelType"];
  assert.equal(fieldOf("address", fields), "Address");
  assert.equal(fieldOf("attributes.Plan", fields), "Attributes.Plan");
  assert.deepEqual(rulesOf(["address", "mail"], { mail: "Address", address: "" }, { ChannelType: "EMAIL", Id: " " }, fields),
    { Columns: { address: "", mail: "Address" }, Constants: { ChannelType: "EMAIL" } });
  assert.equal(enough(["mail"], { mail: "Address" }, {}, fields), false);
  assert.equal(enough(["mail"], { mail: "Address" }, { ChannelType: "EMAIL" }, fields), true);
});

test("numbers read as people say them", () => {
  assert.deepEqual([0, 59.9, 61, 3660, 90_000].map(duration), ["0 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h"]);
  assert.deepEqual([share(300, 10_000), share(1, 1e6)], ["3%", "less than 0.1%"]);
  assert.deepEqual([counted(1, "job"), counted(1_200, "job")], ["1 job", "1,200 jobs"]);
  assert.deepEqual([999, 1_500, 2e9].map(bytes), ["999 bytes", "1.5 KB", "2.0 GB"]);
});

test("values in code are quoted, whatever is in them", () => {
  const definition = { S3Url: "s3://b/it's.csv", SegmentName: 'a": true', DefineSegment: true, RoleArn: "", Constants: { ChannelType: "EMAIL" } };
  const { boto3, cli } = lines({ Type: "IMPORT", ApplicationId: "a", Definition: definition }, "https://x/prod");
  assert.ok(boto3.includes('"SegmentName": "a\\": true",') && boto3.includes('"DefineSegment": True,') && !boto3.includes("RoleArn"));
  assert.ok(cli.includes(`s3://b/it'\\''s.csv`));
  assert.ok(boto3.startsWith("# Needs clients/models") && cli.startsWith("# Needs clients/models"));
});

// A service of apps and jobs that notes what it is asked; the clock stands until it is told.
function service(apps, jobs) {
  const world = { apps, jobs, asked: [], now: 0 };
  const get = async (path) => {
    world.asked.push(path);
    const [, app, kind, id] = /^\/apps\/(\w+)\/jobs\/(\w+)(?:\/(\w+))?/.exec(path);
    const own = world.jobs.filter((job) => job.ApplicationId === app && job.Type.toLowerCase() === kind);
    if (!id) {
      const from = Number(/token=(\d+)/.exec(path)?.[1] || 0);
      const size = Number(/page-size=(\d+)/.exec(path)[1]);
      return { Item: own.slice(from, from + size), NextToken: own.length > from + size ? String(from + size) : undefined };
    }
    const found = own.find((job) => job.Id === id);
    if (!found) throw Object.assign(new Error("there is none"), { status: 404 });
    return found;
  };
  const watched = new WatchedJobs(apps, get, () => world.now);
  const asked = async () => {
    world.asked = [];
    const found = await watched.look();
    return { found, asked: world.asked };
  };
  return { world, watched, asked };
}
const app = (number) => ({ Id: `a${number}`, Name: `App ${number}` });
const job = (Id, ApplicationId, JobStatus, made = Id) => ({ Id, ApplicationId, Type: "IMPORT", JobStatus, CreationDate: made });

test("only what runs is asked for again, and the newest of some apps now and then", async () => {
  const apps = Array.from({ length: 12 }, (_, number) => app(number));
  const { world, asked } = service(apps, [job("j1", "a1", "PROCESSING"), job("j2", "a2", "COMPLETED")]);
  assert.equal((await asked()).asked.length, 24);
  assert.deepEqual((await asked()).asked, ["/apps/a1/jobs/import/j1"]);
  world.jobs[0] = job("j1", "a1", "COMPLETED");
  assert.equal((await asked()).found.jobs.find(({ Id }) => Id === "j1").JobStatus, "COMPLETED");
  assert.deepEqual((await asked()).asked, []);
  world.jobs.push(job("j3", "a7", "CREATED"));
  world.now = 15_000;
  assert.equal((await asked()).asked.length, 10);
  world.now = 30_000;
  const { found } = await asked();
  assert.equal(found.jobs[0].Id, "j3");
  assert.equal(found.jobs[0].app, "App 7");
});

test("at most twenty running jobs are asked for at each look, in turns, and deleted ones are left out", async () => {
  const { world, asked } = service([app(1), app(2)], Array.from({ length: 30 }, (_, number) => job(`j${number}`, "a1", "PROCESSING")));
  await asked();
  const [first, second] = [(await asked()).asked, (await asked()).asked];
  assert.deepEqual([first.length, new Set([...first, ...second]).size], [20, 30]);
  world.jobs = [];
  await asked();
  assert.equal((await asked()).found.jobs.length, 0);
});

test("the lists of all apps, and older jobs, are read in parts that somebody asks for", async () => {
  const apps = Array.from({ length: 120 }, (_, number) => app(number));
  const { watched, asked } = service(apps, Array.from({ length: 250 }, (_, number) => job(`j${number}`, "a0", "COMPLETED")));
  const reads = [];
  do {
    watched.wanted = true;
    const { found } = await asked();
    reads.push([found.read, found.jobs.length, found.more]);
  } while (reads.at(-1)[2]);
  assert.deepEqual(reads.map(([read]) => read), [50, 100, 120, 120]);
  assert.equal(reads.at(-1)[1], 250);
});

test("an app that is not there is told where it is the only one", async () => {
  const get = async () => { throw Object.assign(new Error("there is none"), { status: 404 }); };
  await assert.rejects(new WatchedJobs([app(1)], get).look(), /there is none/);
  assert.deepEqual((await new WatchedJobs([app(1), app(2)], get).look()).jobs, []);
});
