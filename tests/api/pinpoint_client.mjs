// Runs as the README shows it: an app is made, an endpoint put into it, and what the service answers is printed.
import { CreateAppCommand, GetEndpointCommand, PinpointClient, UpdateEndpointCommand } from "@aws-sdk/client-pinpoint";

const pinpoint = new PinpointClient({ endpoint: process.env.URL, signingName: "execute-api" });
const made = await pinpoint.send(new CreateAppCommand({ CreateApplicationRequest: { Name: "js" } }));
const key = { ApplicationId: made.ApplicationResponse.Id, EndpointId: "a b" };
const request = { Address: "a@example.org", ChannelType: "EMAIL", Attributes: { Interests: ["ski"] } };
await pinpoint.send(new UpdateEndpointCommand({ ...key, EndpointRequest: request }));
const found = await pinpoint.send(new GetEndpointCommand(key));
const refused = await pinpoint.send(new GetEndpointCommand({ ...key, EndpointId: "nobody" })).catch((error) => error);
console.log(JSON.stringify({ endpoint: found.EndpointResponse, refused: [refused.name, refused.message] }));
