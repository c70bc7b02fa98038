// A job as lines of boto3 and of the AWS CLI. Pure: nothing here touches the page.

const OPERATIONS = {
  IMPORT: ["create_import_job", "create-import-job", "ImportJobRequest", "import-job-request"],
  EXPORT: ["create_export_job", "create-export-job", "ExportJobRequest", "export-job-request"],
};

// What the request had that made the job: the definition without what the service filled in.
function requestOf(job) {
  const { Type, ...definition } = job.Definition;
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== "" && value !== null));
}

const python = (value) =>
  JSON.stringify(value, null, 4).replace(/: true/g, ": True").replace(/: false/g, ": False").replaceAll("\n", "\n    ");

// Quote for a POSIX shell.
const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export function lines(job) {
  const [method, command, member, argument] = OPERATIONS[job.Type];
  const request = requestOf(job);
  return {
    boto3: `pinpoint.${method}(\n    ApplicationId="${job.ApplicationId}",\n    ${member}=${python(request)},\n)`,
    cli: `aws pinpoint ${command} --endpoint-url "$URL" --application-id ${job.ApplicationId} \\\n  --${argument} ${shell(JSON.stringify(request))}`,
  };
}
