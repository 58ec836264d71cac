import {createRandom, pickInteger} from './random.js';
import {computeDigest} from './registry-content.js';

const day = 86_400_000;

/** Days that the sample clusters' events were kept for. */
export const sampleEventDays = 30;

/** What the sample clusters pull from elsewhere: by which container, and how often a day at most. */
const pulled = [
	{image: 'redis:7', name: 'sessions-0', container: 'redis', most: 9},
	{
		image: 'quay.io/prometheus/node-exporter:v1.9.1',
		name: 'node-exporter-x2v7q',
		container: 'exporter',
		most: 64,
	},
	{
		image: 'ghcr.io/example/ledger:2.4',
		name: 'ledger-r1-8s2kd',
		container: 'app',
		most: 3,
	},
] as const;

/** An event as a sink of Cloud Logging keeps it. */
const writeEvent = (
	{image, name, container}: (typeof pulled)[number],
	time: number,
): string =>
	JSON.stringify({
		insertId: computeDigest(`${name} ${time}`).slice(7, 23),
		timestamp: new Date(time).toISOString(),
		logName: 'projects/example/logs/events',
		jsonPayload: {
			kind: 'Event',
			reason: 'Pulling',
			message: `Pulling image "${image}"`,
			involvedObject: {
				kind: 'Pod',
				name,
				uid: computeDigest(name).slice(7, 43),
				fieldPath: `spec.containers{${container}}`,
			},
		},
	});

/**
The events that the sample world's clusters would have told until `now`, milliseconds since 1970, of pulls from other registries than its own: one entry a line, oldest first.
@see https://cloud.google.com/kubernetes-engine/docs/how-to/view-logs
*/
export const writeSampleEvents = (now: number): readonly string[] =>
	pulled
		.flatMap(each => {
			const random = createRandom(`pulls of ${each.image}`);
			return Array.from({length: sampleEventDays}, (_, ago) =>
				Array.from({length: pickInteger(random, 1, each.most)}, () => ({
					each,
					time: now - Math.floor((ago + random()) * day),
				})),
			).flat();
		})
		.toSorted((one, other) => one.time - other.time)
		.map(({each, time}) => writeEvent(each, time));
