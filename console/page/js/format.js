// Numbers, dates and statuses as people read them.

const WHOLE = new Intl.NumberFormat("en");
export const count = (number) => (number === undefined || number === null ? "–" : WHOLE.format(number));

export const counted = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;

const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
export const share = (part, whole) => (part && part / whole < 0.001 ? "less than 0.1%" : PERCENT.format(part / whole));

export function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  const [days, hours, minutes] = [86400, 3600, 60].map((unit) => Math.floor(seconds / unit));
  if (days) return `${days} d ${hours % 24} h`;
  if (hours) return `${hours} h ${minutes % 60} min`;
  if (minutes) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds)} s`;
}

export const secondsBetween = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;
export const age = (date, now) => duration(secondsBetween(date, new Date(now).toISOString()));

export function bytes(number) {
  const units = ["bytes", "KB", "MB", "GB"];
  let unit = 0;
  while (number >= 1000 && unit < units.length - 1) {
    number /= 1000;
    unit += 1;
  }
  return `${unit ? number.toFixed(1) : number} ${units[unit]}`;
}

export const ENDED = new Set(["COMPLETED", "FAILED", "CANCELLED"]);
export const mood = (status) =>
  ({ COMPLETED: "good", FAILED: "bad", FAILING: "bad", CANCELLED: "warn", CANCELLING: "warn" })[status] || "";
export const kindOf = (job) => (job.Type === "EXPORT" ? "Export" : job.Definition.DryRun ? "Dry run" : "Import");
export const nameOf = (job) =>
  job.Type === "IMPORT"
    ? job.Definition.SegmentName || job.Definition.S3Url.split("/").filter(Boolean).at(-1)
    : job.Definition.SegmentId ? `segment ${job.Definition.SegmentId.slice(0, 8)}…` : "all endpoints";
export const words = (status) => status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");
