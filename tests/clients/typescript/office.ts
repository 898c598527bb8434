// What an office's own program does, with the types that openapi-typescript made: prints what it saw as JSON.
//
// office.js ADDRESS TOKEN GREETING

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema.js";

declare const process: { readonly argv: readonly string[] };

type Office = Client<paths>;
type Account = components["schemas"]["SipAccountOut"];
type Problem = components["schemas"]["Problem"];
type Cost = components["schemas"]["PaymentProblem"];

/** An answer that has to be there; where it is not, the program ends with what was said instead. */
function given<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

/** The problem that an operation has to answer with. */
function refusal<T>(answer: { error?: T }): T {
  if (answer.error === undefined) throw new Error("not refused");
  return answer.error;
}

async function extensions(office: Office): Promise<string[]> {
  const page = given(await office.GET("/api/v1/sip-accounts", { params: { query: { limit: 10 } } }));
  return page.items.map((account) => account.extension);
}

/** Wrong first, then asked what it costs, then agreed to. */
async function makeAccount(office: Office): Promise<[Account, object]> {
  const wanted = { extension: "103", name: "Zaplecze", password: "hV3kqmT8wZx5" };
  const body = { ...wanted, extension: "0" };
  const wrong: Problem = refusal(await office.POST("/api/v1/sip-accounts", { body }));
  const answer = await office.POST("/api/v1/sip-accounts", { body: wanted });
  const cost = refusal(answer);
  const made = given(
    await office.POST("/api/v1/sip-accounts", {
      body: { ...wanted, accept_charges: true },
      params: { header: { "Idempotency-Key": "office-103" } },
    }),
  );
  const asked = asksForMoney(cost) ? [answer.response.status, cost.due_now, ...cost.charges.map((one) => one.kind)] : [];
  return [made, { wrong: wrong.errors.map((one) => [one.field, one.code]), asked, made: [made.extension, made.name] }];
}

function asksForMoney(problem: Problem | Cost): problem is Cost {
  return "charges" in problem;
}

/** With the version that was read; a second one with the same version comes too late. */
async function rename(office: Office, account: Account): Promise<object> {
  const path = { account_id: account.id };
  const change = (name: string) =>
    office.PATCH("/api/v1/sip-accounts/{account_id}", { params: { path }, body: { name, version: account.version } });
  const changed = given(await change("Magazyn"));
  const late: Problem = refusal(await change("Piwnica"));
  return { changed: [changed.name, changed.version > account.version], late: [late.status, late.type] };
}

/** Those of one number, page by page. */
async function readCalls(office: Office): Promise<object> {
  const found: components["schemas"]["Call"][] = [];
  let cursor: string | undefined;
  do {
    const query = { number: "600 100 200", since: "2026-01-31T13:00:00Z", limit: 1, ...(cursor && { cursor }) };
    const page = given(await office.GET("/api/v1/calls", { params: { query } }));
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return { calls: found.map((call) => [call.from, call.to, call.outcome, Date.parse(call.started_at) / 1000]) };
}

async function remove(office: Office, account: Account): Promise<object> {
  const params = { path: { account_id: account.id } };
  const { response } = await office.DELETE("/api/v1/sip-accounts/{account_id}", { params });
  const gone: Problem = refusal(await office.GET("/api/v1/sip-accounts/{account_id}", { params }));
  return { deleted: response.status, gone: gone.type };
}

const [baseUrl, token] = process.argv.slice(2);
const office: Office = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
const before = await extensions(office);
const [account, made] = await makeAccount(office);
const seen = { before, ...made, ...(await rename(office, account)), ...(await readCalls(office)) };
const during = await extensions(office);
console.log(JSON.stringify({ ...seen, during, ...(await remove(office, account)), after: await extensions(office) }));
