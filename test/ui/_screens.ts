import type {PullsReading} from '../../source/evidence/pull.js';
import {buildPullSource, buildTally} from '../helpers/build-pulls.js';
import {buildUse, buildUsesReading} from '../helpers/build-uses.js';
import type {KeyMessage} from '../../source/state/message.js';
import type {State} from '../../source/state/state.js';
import type {Context} from '../../source/ui/keymap.js';
import {
	begin,
	apply,
	completed,
	digestOf,
	host,
	planOf,
	pullsChoice,
	pullsRead,
	startState,
	stepOf,
	withDigests,
	withRegistries,
	withRepositories,
} from '../state/_build-state.js';

const day = 86_400_000;

/** A log that is complete up to now, and names the first digest. */
export const pullsReading: PullsReading = {
	tallies: [
		buildTally({
			host,
			image: {kind: 'digest', digest: digestOf(1)},
			days: new Map([
				[-1, 1200],
				[-9, 3],
			]),
			last: -7_200_000,
			clients: new Map([['containerd', 1203]]),
		}),
	],
	sources: [
		buildPullSource({
			covers: {from: -200 * day, to: 0},
			records: 1203,
			readAt: 0,
			gaps: [
				{
					name: '1969-08-01T04',
					message: 'The hour 1969-08-01T04 is missing.',
					span: {from: -150 * day, to: -150 * day + 3_600_000},
					canBeAccepted: true,
				},
			],
		}),
	],
};

/** A repository with these digests is open, and so are sources of pulls. */
export const withPulls = (numbers: readonly number[], state: State): State =>
	apply(withDigests(numbers, state), ...pullsRead(pullsReading)).state;

type Size = {readonly columns?: number; readonly rows?: number};

const openReview = (size: Size): State => {
	const opened = apply(
		withDigests([1, 2, 3], startState(size)),
		{kind: 'mark-toggled'},
		{kind: 'mark-toggled'},
		{kind: 'review-opened'},
	).state;
	const screen = opened.trail.at(-1);
	return apply(opened, {
		kind: 'plans-made',
		marks: screen?.kind === 'review' ? screen.marks : [],
		plans: [
			planOf([stepOf(1), stepOf(2)]),
			planOf([stepOf(3)], {registry: 'other.test'}),
		],
	}).state;
};

/** Two images from elsewhere, whose home is chosen. */
const chooseHome = (size: Size): State =>
	apply(
		withDigests([1], startState(size)),
		{
			kind: 'uses-completed',
			reading: buildUsesReading([
				buildUse('redis:7'),
				buildUse('quay.io/tool/x:v1', {name: 'other'}),
			]),
			now: begin,
		},
		{kind: 'elsewhere-opened'},
		{kind: 'foreign-toggled'},
		{kind: 'home-asked'},
		{kind: 'text-typed', text: `${host}/mirror`},
		{kind: 'text-submitted'},
	).state;

/** The copy of one image, planned. @param was - What its tag means at home. */
const planCopy = (size: Size, was: ReturnType<typeof digestOf> | undefined) => {
	const asked = apply(chooseHome(size), {kind: 'copy-asked'}).state;
	const screen = asked.trail.at(-1);
	return apply(asked, {
		kind: 'copy-planned',
		entries: screen?.kind === 'copy' ? screen.entries : [],
		plan: {
			images: [
				{
					from: 'docker.io/library/redis:7',
					to: `${host}/mirror/library/redis:7`,
					source: {host: 'docker.io', repository: 'library/redis'},
					target: {host, repository: 'mirror/library/redis'},
					sourceTag: '7',
					tag: '7',
					digest: digestOf(1),
					becomes: digestOf(1),
					was,
					isThere: false,
				},
			],
			missing: [],
			costs: ['docker.io: each manifest counts as a pull.'],
		},
	}).state;
};

/** A change of one file, and a place that is left alone. */
const planFiles = (size: Size): State => {
	const asked = apply(
		chooseHome(size),
		{kind: 'rewrite-asked'},
		{kind: 'text-typed', text: 'deploy'},
		{kind: 'text-submitted'},
	).state;
	const screen = asked.trail.at(-1);
	const before = 'image: redis:7\n';
	return apply(asked, {
		kind: 'files-planned',
		folders: screen?.kind === 'rewrite' ? screen.folders : [],
		pins: false,
		plan: {
			rewrite: {
				files: [
					{
						path: 'deploy/app.yaml',
						before,
						after: `image: ${host}/mirror/library/redis:7\n`,
						edits: [
							{
								offset: 7,
								before: 'redis:7',
								after: `${host}/mirror/library/redis:7`,
							},
						],
						references: [
							{
								line: 1,
								place: 'image',
								from: 'docker.io/library/redis:7',
								to: `${host}/mirror/library/redis:7`,
							},
						],
					},
				],
				left: [
					{
						path: 'deploy/Dockerfile',
						line: 3,
						message: 'BASE has no default here',
					},
				],
			},
			locations: new Map(),
			diffNames: new Map(),
			uncommitted: {deploy: 2},
		},
	}).state;
};

/** Every kind of screen, with something on it, and a list whose filter is being typed. */
export const buildScreens = (
	size: Size = {},
): Readonly<Record<Context, State>> => {
	const review = openReview(size);
	const confirm = (phrase: string): KeyMessage[] => [
		{kind: 'text-typed', text: phrase},
		{kind: 'text-submitted'},
	];
	const run = apply(
		review,
		...confirm(`delete 2 from ${host}`),
		...confirm('delete 1 from other.test'),
		{kind: 'batch-began', batch: 'b1', journal: '/state/journal/b1.jsonl'},
		{
			kind: 'step-ended',
			host,
			step: stepOf(1),
			outcome: {kind: 'deleted'},
		},
		{kind: 'batch-ended'},
	).state;
	return {
		undo: apply(
			run,
			{kind: 'undo-opened'},
			{
				kind: 'undo-planned',
				batch: 'b1',
				previews: [
					{
						item: {
							registry: host,
							repository: 'app',
							digest: stepOf(1).digest,
							mediaType: '',
							tags: ['v1'],
							wentAlong: false,
						},
						isThere: false,
						moved: [{tag: 'v1', means: stepOf(2).digest}],
					},
				],
			},
		).state,
		copy: planCopy(size, undefined),
		phrase: planCopy(size, digestOf(2)),
		rewrite: planFiles(size),
		registries: withRegistries([host, 'other.test'], startState(size)),
		repositories: withRepositories(['app', 'tool/x'], startState(size)),
		digests: apply(
			withDigests([1, 2, 3], startState(size)),
			completed('app', [1, 2, 3]),
			{kind: 'mark-toggled'},
		).state,
		text: apply(withRegistries([], startState(size)), {kind: 'place-asked'})
			.state,
		review,
		run: apply(
			review,
			...confirm(`delete 2 from ${host}`),
			...confirm('delete 1 from other.test'),
			{kind: 'batch-began', batch: '', journal: '/state/journal/batch.jsonl'},
			{kind: 'step-began', step: stepOf(1)},
			{
				kind: 'step-ended',
				host,
				step: stepOf(1),
				outcome: {kind: 'refused', reason: 'it said no'},
			},
			{kind: 'step-began', step: stepOf(2)},
		).state,
		rules: apply(
			withDigests([1, 2, 3], startState(size)),
			{kind: 'rules-opened'},
			{kind: 'text-typed', text: '1'},
		).state,
		help: apply(withDigests([1], startState(size)), {kind: 'help-opened'})
			.state,
		digest: apply(
			withDigests([1, 2], startState(size)),
			{kind: 'item-opened'},
			{
				kind: 'detail-failed',
				key: `${host}/app@${digestOf(1)}`,
				problem: {message: 'It could not be read.', remedy: ''},
			},
		).state,
		place: apply(withDigests([1, 2], startState(size)), {
			kind: 'place-opened',
		}).state,
		sources: apply(
			withDigests([1], startState(size)),
			{
				kind: 'uses-completed',
				reading: {
					uses: [],
					sources: [
						{
							kind: 'context',
							name: 'prod',
							state: 'read',
							readAt: 0,
							gaps: [
								{
									message: 'The context prod did not tell its Pods.',
									kind: 'Pod',
									namespace: 'x',
									isRefusal: true,
									repositories: undefined,
								},
							],
							kinds: [{kind: 'Pod', count: 3}],
							namespaces: ['shop'],
						},
					],
				},
				now: begin,
			},
			{kind: 'sources-opened'},
		).state,
		elsewhere: apply(
			withDigests([1], startState(size)),
			{
				kind: 'uses-completed',
				reading: buildUsesReading([
					buildUse('redis:7'),
					buildUse('quay.io/tool/x:v1', {name: 'other'}),
				]),
				now: begin,
			},
			{kind: 'elsewhere-opened'},
		).state,
		menu: apply(withDigests([1, 2], startState(size)), {
			kind: 'orders-opened',
		}).state,
		marks: apply(
			withDigests([1, 2], startState(size)),
			{kind: 'mark-toggled'},
			{kind: 'mark-toggled'},
			{kind: 'marks-opened'},
		).state,
		'marked-pulls': apply(
			withPulls([1, 2], startState(size)),
			{kind: 'mark-toggled'},
			{kind: 'marked-pulls-opened'},
		).state,
		filter: apply(
			withDigests([1, 2, 3], startState(size)),
			{kind: 'filter-opened'},
			{kind: 'text-typed', text: 'v'},
		).state,
		quit: apply(
			withDigests([1], startState(size)),
			{kind: 'mark-toggled'},
			{kind: 'quit-asked'},
		).state,
	};
};

/** Screens with pulls on them: known, not known, and still being read. */
export const buildPullScreens = (
	size: Size = {},
): Readonly<
	Record<
		| 'repositories'
		| 'digests'
		| 'unknown'
		| 'loading'
		| 'digest'
		| 'place'
		| 'sources'
		| 'window',
		State
	>
> => {
	const open = withPulls([1, 2, 3], startState(size));
	return {
		repositories: apply(open, {kind: 'screen-closed'}).state,
		digests: open,
		unknown: apply(
			withDigests([1], startState(size)),
			...pullsRead({tallies: [], sources: []}),
		).state,
		loading: apply(
			withDigests([1], startState(size)),
			{kind: 'pulls-chosen', choice: pullsChoice},
			{kind: 'pulls-known', host, isKnown: true},
			{
				kind: 'pulls-told',
				host,
				repository: undefined,
				reading: {
					tallies: [],
					sources: [buildPullSource({progress: {done: 4e8, total: 1.2e9}})],
				},
			},
		).state,
		digest: apply(open, {kind: 'item-opened'}).state,
		place: apply(open, {kind: 'place-opened'}).state,
		sources: apply(open, {kind: 'sources-opened'}).state,
		window: apply(open, {kind: 'window-asked'}).state,
	};
};

/** The digest of the first row, for looking it up on a screen. */
export const firstDigest = digestOf(1);
