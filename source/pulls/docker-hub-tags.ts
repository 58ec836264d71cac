import type {PullGap, TimeSpan} from '../evidence/pull.js';
import {createHubApi, type HubApi} from '../docker-hub/api.js';
import type {Credentials} from '../http/credentials.js';
import {type HttpSettings, openHttpClient} from '../http/open-client.js';
import {hubOrigin} from '../oci/docker-hub.js';
import {UserError} from '../user-error.js';
import type {Clock} from '../world.js';
import {isDockerHub} from './hub-counters.js';
import {createTagBook} from './hub-tag-book.js';
import type {HubRepository} from './hub-repository.js';
import {readTagPages} from './hub-tag-pages.js';
import {blankSource, type PullReader} from './pull-reader.js';

/** What the reader of Docker Hub's tag times is opened with. */
export type DockerHubTagsOptions = {
	/** `docker-hub:tags`. */
	readonly name: string;
	readonly http: HttpSettings;
	readonly clock: Clock;
	/** Where Docker Hub answers; its own address when left out. */
	readonly origin?: string | undefined;
	/** The login of this machine; `undefined` asks as anyone may. */
	readonly findLogin: (signal: AbortSignal) => Promise<Credentials | undefined>;
};

/**
The times at which Docker Hub itself last saw a tag and a platform's digest pulled.

They are asked about each repository, and they prove absence for tagged digests: a time before the window says that nothing was pulled in it. Where Docker Hub names no time, `unknown` of the source says so.
*/
export const createDockerHubTagsReader = ({
	name,
	http,
	clock,
	origin = hubOrigin,
	findLogin,
}: DockerHubTagsOptions): PullReader => {
	// All repositories share its pace and its token.
	let api: HubApi | undefined;
	return {
		name,
		scope: 'repository',
		isFor: isDockerHub,
		async read({repository = ''}, {tell, signal}) {
			const wanted = splitRepository(repository);
			const readAt = clock.now();
			const blank = {...blankSource(name), repository, readAt};
			tell(blank);
			api ??= createHubApi(
				openHttpClient(http, {origin, authorize: () => undefined}),
				findLogin,
			);
			const book = createTagBook({source: name, repository});
			const problem = await readTagPages(api, wanted, {
				signal,
				onTag: book.add,
			});
			return {
				tallies: book.tallies(),
				source: {
					...blank,
					state: 'read',
					proves: 'tagged-digests',
					covers: coverFrom(book.earliest(), readAt),
					gaps: problem === undefined ? [] : [gapOf(problem)],
					records: book.counted(),
					skipped: book.skipped(),
					firstProblem: book.firstProblem(),
					unknown: book.unknown(),
				},
			};
		},
	};
};

/** Docker Hub's repositories have exactly two parts. */
const splitRepository = (repository: string): HubRepository => {
	const [namespace, name, ...rest] = repository.split('/');
	if (!namespace || !name || rest.length > 0) {
		throw new UserError(
			`Docker Hub has no repository ${repository}: its names are NAMESPACE/NAME.`,
			{remedy: ''},
		);
	}

	return {namespace, name};
};

/** The times themselves reach back without end; what is claimed begins with the first thing that Docker Hub knows of the repository. */
const coverFrom = (
	earliest: number | undefined,
	readAt: number,
): TimeSpan | undefined =>
	earliest === undefined || earliest >= readAt
		? undefined
		: {from: earliest, to: readAt};

const gapOf = (problem: string): PullGap => ({
	name: 'tags',
	message: problem,
	span: undefined,
	canBeAccepted: false,
});
