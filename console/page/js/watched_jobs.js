// The jobs of apps: all of them once, then those that run, and now and then the newest. Pure: nothing here touches the page.
import { ENDED } from "./format.js";

const LISTS_OF_A_READ = 100; // two of each app; more are read when somebody asks for them
const JOBS_OF_A_LIST = 100; // the most that a page of a list has
const NEWEST = 10; // of a list that is read again
const APPS_AGAIN = 5; // whose newest jobs are asked for at each late look, two requests each
const RUNNING_AT_ONCE = 20; // that are asked for at each look
const LATE_MS = 15000;
const REQUESTS_AT_ONCE = 6; // as many as a browser has on their way to one server
const KINDS = ["import", "export"];

const pathOf = (job) => `/apps/${job.ApplicationId}/jobs/${job.Type.toLowerCase()}/${job.Id}`;
const newestFirst = (jobs) => [...jobs].sort((one, other) => (one.CreationDate < other.CreationDate ? 1 : -1));

// Return `count` items from a place on, in turns.
const inTurns = (items, from, count) => Array.from({ length: Math.min(items.length, count) }, (_, place) => items[(from + place) % items.length]);

// Call `act` with each item, a few at a time.
async function each(items, act) {
  const left = [...items];
  const worker = async () => {
    while (left.length) await act(left.shift());
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
}

// What is deleted while somebody looks is nothing to tell.
async function unlessGone(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.status === 404) return undefined;
    throw error;
  }
}

export class WatchedJobs {
  // `get` fetches a path of the service; `now` tells the time in milliseconds.
  constructor(apps, get, now = Date.now) {
    this.get = get;
    this.now = now;
    this.jobs = new Map();
    this.unread = apps.flatMap((app) => KINDS.map((kind) => ({ app, kind })));
    this.read = []; // the apps whose lists were begun
    this.turn = 0; // whose newest jobs are asked for next
    this.ranTurn = 0;
    this.lateAt = 0;
    this.wanted = true; // whether the next look reads lists that were not read
    this.one = apps.length === 1;
  }

  get found() {
    return { jobs: newestFirst(this.jobs.values()), read: this.read.length, more: this.unread.length > 0 };
  }

  // Read the next lists: of apps that were not read, and then what is older.
  async more() {
    const lists = this.unread.splice(0, LISTS_OF_A_READ);
    const begun = lists.filter(({ token, kind }) => !token && kind === KINDS[0]).map(({ app }) => app);
    try {
      await each(lists, (list) => this.list(list));
    } catch (error) {
      this.unread.unshift(...lists); // a list that was read is read again, which doubles nothing
      throw error;
    }
    this.read.push(...begun);
    this.wanted = false;
    this.lateAt = this.now();
    return this.found;
  }

  // Look: at lists that are wanted, or else again at what runs, in turns where that is much, and now and then the newest jobs of some apps, in turns too.
  async look() {
    if (this.wanted) return this.more();
    const running = [...this.jobs.values()].filter((job) => !ENDED.has(job.JobStatus));
    const asked = inTurns(running, this.ranTurn, RUNNING_AT_ONCE);
    this.ranTurn += asked.length;
    await each(asked, async (job) => {
      const found = await unlessGone(this.get(pathOf(job)));
      if (found) this.keep(found, job.app);
      else this.jobs.delete(job.Id);
    });
    if (this.now() - this.lateAt >= LATE_MS) await this.newest();
    return this.found;
  }

  async newest() {
    const apps = inTurns(this.read, this.turn, APPS_AGAIN);
    this.lateAt = this.now();
    await each(apps.flatMap((app) => KINDS.map((kind) => [app, kind])), async ([app, kind]) => {
      const page = await unlessGone(this.get(`/apps/${app.Id}/jobs/${kind}?page-size=${NEWEST}`));
      for (const job of page?.Item || []) this.keep(job, app.Name);
    });
    this.turn += apps.length;
  }

  async list({ app, kind, token }) {
    const going = token ? `&token=${encodeURIComponent(token)}` : "";
    const answer = this.get(`/apps/${app.Id}/jobs/${kind}?page-size=${JOBS_OF_A_LIST}${going}`);
    const page = await (this.one ? answer : unlessGone(answer));
    for (const job of page?.Item || []) this.keep(job, app.Name);
    if (page?.NextToken) this.unread.push({ app, kind, token: page.NextToken });
  }

  keep(job, app) {
    this.jobs.set(job.Id, { ...job, app });
  }
}
