import type {TimeSpan} from '../evidence/pull.js';
import {parseJson} from '../oci/json.js';
import {readAcrBytes} from './acr-event-bytes.js';
import {readAcrEvent} from './acr-event.js';
import {guessShape, type LogFormat} from './engines/log-format.js';
import {isLogAnalyticsRow, readLogAnalyticsRow} from './log-analytics-rows.js';
import type {ReadRecord} from './pull-record.js';
import {readTime} from './read-time.js';

const hour = 60 * 60 * 1000;

/** `y=2025/m=01/d=30/h=14/m=00/PT1H.json`, the hour in UTC; `PT1H_1.json` where a workspace exports more than one. */
const pathPattern =
	/(?:^|\/)y=(?<year>\d{4})\/m=(?<month>\d\d)\/d=(?<day>\d\d)\/h=(?<hour>\d\d)\/m=\d\d\/pt1h[^/]*$/i;

/** The hour that a file of Azure's covers as its path says. */
export const acrHourOf = (path: string): TimeSpan | undefined => {
	const groups = pathPattern.exec(path)?.groups;
	if (!groups) {
		return undefined;
	}

	const {year = '', month = '', day = '', hour: hours = ''} = groups;
	const from = readTime(`${year}-${month}-${day}T${hours}:00:00Z`);
	return typeof from === 'number' ? {from, to: from + hour} : undefined;
};

/** An event, or a row of a saved answer of Log Analytics, which people keep in the same folder. */
const readEither = (text: string): readonly ReadRecord[] => {
	const event = readAcrEvent(text);
	const row = event.kind === 'bad' ? parseJson(text) : undefined;
	return isLogAnalyticsRow(row) ? readLogAnalyticsRow(row) : [event];
};

/**
Azure's ContainerRegistryRepositoryEvents as a storage account holds them: a file of JSON lines for each hour, and before 2018 one object with `records`. They name the digest of every pull, so that one session need not be joined.
@see https://learn.microsoft.com/azure/container-registry/monitor-container-registry-reference
*/
export const createAcrFormat = (): LogFormat => ({
	kind: 'acr-events',
	version: 1,
	proves: 'all-digests',
	idsHoldTime: true,
	shapeOf: (_path, head) => guessShape(head, ['records']),
	open: () => ({
		read: text => readEither(text),
		readBytes: readAcrBytes,
	}),
	spanOf: acrHourOf,
});
