import {normalizeHost} from '../evidence/image-reference.js';
import type {PulledImage, PullTally} from '../evidence/pull.js';
import type {PullRecord} from './pull-record.js';

const dayLength = 24 * 60 * 60 * 1000;
/** Clients that are kept by name for one image; the rest are counted together. */
const mostClients = 20;
const otherClients = 'others';

/** The UTC day of a time, counted from 1970. */
export const dayOf = (time: number): number => Math.floor(time / dayLength);

type OpenTally = {
	readonly first: PullRecord;
	readonly isApart: boolean;
	readonly days: Map<number, number>;
	undated: number;
	last: number | undefined;
	readonly clients: Map<string, number>;
};

/** Counts records that are alike. */
export type CountMore = (time: number | undefined, count: number) => void;

/** Records of one source, counted; what it holds grows with the images and days, not with the records. */
export type TallyBook = {
	/** Counts a record; one of jetsam's own is dropped. */
	readonly add: (record: PullRecord) => void;
	/** What counts further records that differ from this one in nothing but their time and how many they are; `undefined` where they are jetsam's own. Nothing is counted yet. */
	readonly open: (record: PullRecord) => CountMore | undefined;
	readonly tallies: () => readonly PullTally[];
};

/** How a client is named: the product at the start of its user agent, `containerd` of `containerd/1.7.2`. */
export const nameClient = (agent: string): string =>
	/^[^\s(/]{1,60}/.exec(agent)?.[0] ?? '';

const keyOf = (image: PulledImage): string => {
	switch (image.kind) {
		case 'digest':
		case 'blob': {
			return `${image.kind} ${image.digest}`;
		}

		case 'tag': {
			return `tag ${image.tag}`;
		}

		case 'repository': {
			return 'repository';
		}
	}
};

const count = (
	counts: Map<string, number>,
	client: string,
	more: number,
): void => {
	if (client === '') {
		return;
	}

	const name =
		counts.has(client) || counts.size < mostClients ? client : otherClients;
	counts.set(name, (counts.get(name) ?? 0) + more);
};

/** Counts records of an action by one client. */
const addTo = (
	tally: OpenTally,
	{time, count: more}: Pick<PullRecord, 'time' | 'count'>,
	client: string,
): void => {
	if (time === undefined) {
		tally.undated += more;
	} else {
		tally.last = Math.max(tally.last ?? time, time);
		if (tally.first.action !== 'last-seen') {
			const day = dayOf(time);
			tally.days.set(day, (tally.days.get(day) ?? 0) + more);
		}
	}

	count(tally.clients, client, more);
};

/** Whether anything was counted since it was opened. */
const isCounted = ({undated, last}: OpenTally): boolean =>
	undated > 0 || last !== undefined;

/**
A book for one source.
@param options.apartAgents - Beginnings of the user agents of scanners and mirrors, in any case.
*/
export const createTallyBook = ({
	source,
	apartAgents,
}: {
	readonly source: string;
	readonly apartAgents: readonly string[];
}): TallyBook => {
	const all = new Map<string, OpenTally>();
	const apart = apartAgents.map(agent => agent.toLowerCase());
	const open = (record: PullRecord): OpenTally | undefined => {
		const agent = record.agent.toLowerCase();
		if (agent.startsWith('jetsam/')) {
			return undefined;
		}

		const isApart = apart.some(beginning => agent.startsWith(beginning));
		const key = `${record.host}/${record.repository} ${record.action} ${isApart} ${record.isPart ?? false} ${keyOf(record.image)}`;
		const known = all.get(key) ?? {
			first: record,
			isApart,
			days: new Map(),
			undated: 0,
			last: undefined,
			clients: new Map(),
		};
		all.set(key, known);
		return known;
	};

	return {
		add(record) {
			const tally = open(record);
			if (tally) {
				addTo(tally, record, nameClient(record.agent));
			}
		},
		open(record) {
			const tally = open(record);
			const client = nameClient(record.agent);
			return (
				tally &&
				((time, more) => {
					addTo(tally, {time, count: more}, client);
				})
			);
		},
		tallies: () =>
			[...all.values()]
				.filter(tally => isCounted(tally))
				.map(
					({first: {host, repository, image, action, isPart}, ...counted}) => ({
						source,
						host: normalizeHost(host),
						repository,
						image,
						action,
						...(isPart && {isPart}),
						...counted,
					}),
				),
	};
};

/** User agents of scanners and mirrors, unless the operator writes another list. */
export const usualApartAgents: readonly string[] = [
	'ContainerAnalysis',
	'go-containerregistry',
	'acr-cleanup',
	'harbor-registry-client',
	'regclient',
	'Trivy',
];
