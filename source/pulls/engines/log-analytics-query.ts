import type {TimeSpan} from '../../evidence/pull.js';

/** Milliseconds before the window in which it is looked whether the table was being filled already. */
const lookBack = 30 * 24 * 60 * 60 * 1000;

/** The form of a registry's login server: nothing in it can end a text of the query. */
export const loginServerPattern =
	/^[a-z\d](?:[a-z\d\-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d\-]*[a-z\d])?)+$/v;

/** Rows that the service answers with at most. */
export const mostRows = 500_000;

/**
Counts by day what happened to the images of one registry, and says in one more row of kind `span` from when to when the table holds anything of it. The placeholders are in braces. It is one line, because on Windows line ends do not get through to az.

Of a user agent the product is enough.
@see https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerregistryrepositoryevents
*/
const statement = [
	'let held = ContainerRegistryRepositoryEvents',
	'| where LoginServer =~ "{host}";',
	'held',
	'| where TimeGenerated >= datetime({from}) and TimeGenerated < datetime({to})',
	'| where OperationName in~ ("Pull", "Push")',
	'| where ResultDescription startswith "2" or ResultDescription startswith "3"',
	String.raw`| extend Agent = extract("^[^ (]{1,60}", 0, UserAgent)`,
	'| summarize Count = count(), Last = max(TimeGenerated)',
	'by Day = startofday(TimeGenerated), LoginServer, Repository, Digest, Tag, OperationName, Agent',
	'| extend Kind = "tally"',
	'| union (held',
	'| summarize Count = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by LoginServer',
	'| extend Kind = "span")',
].join(' ');

const toText = (time: number): string => new Date(time).toISOString();

/**
The query about a registry, and the span of time that it must be allowed to see. Throws `TypeError` for a host of another form, which must have been asked about before.
*/
export const writeQuery = (
	host: string,
	window: TimeSpan,
): {readonly text: string; readonly timespan: string} => {
	if (!loginServerPattern.test(host)) {
		throw new TypeError(`${host} is no login server.`);
	}

	const values: Readonly<Record<string, string>> = {
		host,
		from: toText(window.from),
		to: toText(window.to),
	};
	return {
		text: statement.replaceAll(
			/\{(?<name>host|from|to)\}/gv,
			(_match, name: string) => values[name] ?? '',
		),
		timespan: `${toText(window.from - lookBack)}/${toText(window.to)}`,
	};
};
