// A job as lines of boto3 and of the AWS CLI. Pure: nothing here touches the page.

const OPERATIONS = {
  IMPORT: ["create_import_job", "create-import-job", "ImportJobRequest", "import-job-request"],
  EXPORT: ["create_export_job", "create-export-job", "ExportJobRequest", "export-job-request"],
};
// What stock clients know of a request, and want in it; for all else they need clients/models.
const STOCK = {
  IMPORT: ["DefineSegment", "ExternalId", "Format", "RegisterEndpoints", "RoleArn", "S3Url", "SegmentId", "SegmentName"],
  EXPORT: ["RoleArn", "S3UrlPrefix", "SegmentId", "SegmentVersion"],
};

// What the request had that made the job: the definition without what the service filled in.
export function requestOf(job) {
  const request = Object.entries(job.Definition).filter(([name, value]) => name !== "Type" && value !== "" && value !== null);
  return Object.fromEntries(request);
}

// A value as Python writes it.
function python(value, indent = "    ") {
  const inner = `${indent}    `;
  const lined = (open, parts, close) => (parts.length ? `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}` : open + close);
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return lined("[", value.map((each) => python(each, inner)), "]");
  if (typeof value === "object") return lined("{", Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${python(each, inner)}`), "}");
  return JSON.stringify(value);
}

// Quote for a POSIX shell.
const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export function lines(job, url) {
  const [method, command, member, argument] = OPERATIONS[job.Type];
  const request = requestOf(job);
  const stock = "RoleArn" in request && Object.keys(request).every((name) => STOCK[job.Type].includes(name));
  const models = stock ? "" : "# Needs clients/models: stock clients do not know all members of this request.\n";
  return {
    boto3: `${models}import boto3

pinpoint = boto3.client("pinpoint", endpoint_url=${JSON.stringify(url)})
pinpoint.meta.events.register(
    "before-sign.pinpoint",
    lambda request, **_: request.context.setdefault("signing", {}).update(signing_name="execute-api"),
)
pinpoint.${method}(
    ApplicationId=${JSON.stringify(job.ApplicationId)},
    ${member}=${python(request)},
)`,
    cli: `# Needs ${stock ? "service-2.sdk-extras.json of clients/models, which says what to sign for" : "clients/models"}.
aws pinpoint ${command} --endpoint-url ${shell(url)} --application-id ${shell(job.ApplicationId)} \\
  --${argument} ${shell(JSON.stringify(request))}`,
  };
}
