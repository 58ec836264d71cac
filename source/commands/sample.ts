import type {HttpClient} from '../http/client.js';
import {
	createSampleDocument,
	createSampleText,
	type SampledRepository,
} from '../plain/sample-text.js';
import {
	type HubCounters,
	type HubRepository,
	readHubRepository,
} from '../pulls/hub-repository.js';
import {appendSamples, readLastSamples} from '../storage/counter-samples.js';
import {makeSafe, stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import type {Clock} from '../world.js';
import type {Output} from './list.js';
import {type Broker, publishMessages} from './publish-samples.js';

/** What `jetsam sample` works with. */
export type SampleOptions = {
	readonly repositories: readonly HubRepository[];
	/** Docker Hub's own API. */
	readonly client: HttpClient;
	readonly clock: Clock;
	/** The file that samples are kept in. */
	readonly file: string;
	/** Where they are published too. */
	readonly mqtt: (Broker & TopicChoice) | undefined;
	readonly json: boolean;
	readonly signal: AbortSignal;
};

/** What the topic of a message is. */
export type TopicChoice = {
	readonly topic: string;
	/** Whether each repository has a topic of its own, `TOPIC/NAMESPACE/NAME`. */
	readonly perRepository: boolean;
};

type Asked = HubRepository & {
	readonly counters: HubCounters | undefined;
	readonly problem: string | undefined;
};

/**
`jetsam sample`: asks Docker Hub once what the counters of each repository stand at, keeps that, prints it and, where a broker is named, publishes it.

Resolves to the exit code: 1 if anything failed, and the rest is done all the same.
*/
export const sample = async (
	options: SampleOptions,
	{print, printError}: Output,
): Promise<0 | 1> => {
	const {repositories, clock, json} = options;
	const asked: Asked[] = [];
	for (const repository of repositories) {
		asked.push(await ask(repository, options));
	}

	const previous = await readPrevious(options);
	const read = asked.flatMap(({counters}) => counters ?? []);
	const problems = [await settle(async () => keep(options.file, read))];
	const published = await publish(options.mqtt, read);
	problems.push(published?.problem);
	const listed = asked.map(
		({namespace, name, counters, problem}): SampledRepository => ({
			repository: `${namespace}/${name}`,
			sample: counters?.sample,
			previous: previous.get(`${namespace}/${name}`),
			isPublished:
				published &&
				counters !== undefined &&
				read.indexOf(counters) < published.count,
			problem,
		}),
	);
	print(
		json
			? `${stringifySafely(createSampleDocument(listed, clock.now()))}\n`
			: createSampleText(listed),
	);
	const said = [...asked.map(({problem}) => problem), ...problems].filter(
		problem => problem !== undefined,
	);
	for (const problem of said) {
		printError(`jetsam: ${makeSafe(problem)}\n`);
	}

	return said.length === 0 ? 0 : 1;
};

/** Does something and resolves to the sentence on what kept it from being done. */
const settle = async (
	act: () => Promise<void>,
): Promise<string | undefined> => {
	try {
		await act();
		return undefined;
	} catch (error) {
		if (error instanceof UserError) {
			return error.sentence;
		}

		throw error;
	}
};

const ask = async (
	repository: HubRepository,
	{client, clock, signal}: SampleOptions,
): Promise<Asked> => {
	let counters: HubCounters | undefined;
	const problem = await settle(async () => {
		counters = await readHubRepository(client, repository, {
			now: clock.now(),
			signal,
		});
	});
	return {...repository, counters, problem};
};

const keep = async (
	file: string,
	read: readonly HubCounters[],
): Promise<void> => {
	if (read.length > 0) {
		await appendSamples(
			file,
			read.map(counters => counters.sample),
		);
	}
};

/** What cannot be read back is told by who writes there, and counting goes on without it. */
const readPrevious = async ({
	file,
	repositories,
}: SampleOptions): ReturnType<typeof readLastSamples> => {
	let previous: Awaited<ReturnType<typeof readLastSamples>> = new Map();
	await settle(async () => {
		previous = await readLastSamples(
			file,
			new Set(repositories.map(({namespace, name}) => `${namespace}/${name}`)),
		);
	});
	return previous;
};

/** Publishes each repository's object as it came from Docker Hub, on one line, with its time. */
const publish = async (
	mqtt: SampleOptions['mqtt'],
	read: readonly HubCounters[],
) =>
	mqtt &&
	(read.length === 0
		? {count: 0, problem: undefined}
		: publishMessages(
				mqtt,
				read.map(({document, sample: {namespace, name}}) => ({
					topic: mqtt.perRepository
						? `${mqtt.topic}/${namespace}/${name}`
						: mqtt.topic,
					payload: JSON.stringify(document),
				})),
			));
