import {closest} from 'fastest-levenshtein';
import {hideLogin} from '../oci/explain-address.js';
import type {UserError} from '../user-error.js';
import {parseOptions} from './command-options.js';
import {type MoveOptions, readMoveOptions} from './move-options.js';
import {readRuleOptions, type RuleOptions} from './rule-options.js';
import {
	parseBroker,
	parseMaxBytes,
	parseRemoveOlder,
	parseWindow,
} from './option-values.js';
import {wrongUsage} from './wrong-usage.js';

/** What the operator asked for. */
export type CommandLine = {
	readonly command:
		| 'explore'
		| 'list'
		| 'plan'
		| 'apply'
		| 'uses'
		| 'undo'
		| 'resume'
		| 'batches'
		| 'sample'
		| 'doctor'
		| 'rewrite'
		| 'copy'
		| 'help'
		| 'version';
	readonly where: string | undefined;
	readonly readOnly: boolean;
	readonly demo: boolean;
	/** Contexts to ask; `undefined` where the command line does not say. */
	readonly contexts: readonly string[] | 'all' | undefined;
	/** Contexts that do not count. */
	readonly withoutContexts: readonly string[];
	readonly namespaces: readonly string[];
	/** Folders whose files name images. */
	readonly files: readonly string[];
	/** Files that `jetsam uses --json` wrote. */
	readonly snapshots: readonly string[];
	/** Only images that are not in the operator's own registries. */
	readonly elsewhere: boolean;
	/** The time since which pulls count, as it was written. */
	readonly since: string | undefined;
	/** Sources of pulls, `KIND:WHERE`. */
	readonly pulls: readonly string[];
	/** Days of pulls that count; `undefined` where the command line does not say. */
	readonly windowDays: number | undefined;
	/** Bytes that a query may scan at most; `undefined` where the command line does not say. */
	readonly maxBytes: number | undefined;
	/** Lower case, without a scheme. */
	readonly insecureHosts: readonly string[];
	/** Repositories of Docker Hub to sample, as they were written. */
	readonly repositories: readonly string[];
	/** Images to copy, as they were written. */
	readonly images: readonly string[];
	/** What `plan` and `apply` are asked for. */
	readonly rules: RuleOptions;
	/** What \`copy\` and \`rewrite\` are asked for. */
	readonly move: MoveOptions;
	/** The file of the plan that `apply` is about. */
	readonly planFile: string | undefined;
	/** The broker that samples are published to; `mqtt:` or `mqtts:`, without a login. */
	readonly mqtt: string | undefined;
	readonly config: string | undefined;
	/** A file of references to mark. */
	readonly marks: string | undefined;
	readonly state: string | undefined;
	/** Whether layers are kept before a digest is deleted. */
	readonly keepBlobs: boolean;
	/** The batch that `undo` and `resume` are about. */
	readonly batch: string | undefined;
	/** Whether nobody is to be asked. */
	readonly yes: boolean;
	/** Phrases, as they would be typed. */
	readonly confirm: readonly string[];
	/** Days after which the trash of a batch may go. */
	readonly removeOlder: number | undefined;
	/** What a list is sorted by, and what it holds, in the words of the screen. */
	readonly sort: string | undefined;
	readonly filter: string | undefined;
	/** The file of the request log. */
	readonly debug: string | undefined;
	readonly json: boolean;
	readonly plain: boolean;
};

const commands = [
	'list',
	'plan',
	'apply',
	'uses',
	'undo',
	'resume',
	'batches',
	'sample',
	'doctor',
	'rewrite',
	'copy',
] as const;

/** The command line that `commandArguments` spell; throws `UserError` with exit code 2. */
export const parseCommandLine = (
	commandArguments: readonly string[],
): CommandLine => {
	const {values, positionals} = parseOptions(commandArguments);
	const shared = {
		readOnly: values['read-only'] ?? false,
		demo: values.demo ?? false,
		contexts: values['all-contexts'] ? ('all' as const) : values.context,
		withoutContexts: values['without-context'] ?? [],
		namespaces: values.namespace ?? [],
		files: values.files ?? [],
		snapshots: values.uses ?? [],
		elsewhere: values.elsewhere ?? false,
		since: values.since,
		pulls: values.pulls ?? [],
		windowDays: parseWindow(values.window),
		maxBytes: parseMaxBytes(values['max-bytes']),
		insecureHosts: (values['insecure-registry'] ?? []).map(host =>
			host
				.replace(/^https?:\/\//i, '')
				.replace(/\/.*$/, '')
				.toLowerCase(),
		),
		repositories: [],
		images: [],
		rules: readRuleOptions(values),
		move: readMoveOptions(values),
		planFile: undefined,
		mqtt: parseBroker(values.mqtt),
		config: values.config,
		marks: values.marks,
		state: values.state,
		keepBlobs: values['keep-blobs'] ?? false,
		batch: undefined,
		yes: values.yes ?? false,
		confirm: values.confirm ?? [],
		removeOlder: parseRemoveOlder(values['remove-older']),
		sort: values.sort,
		filter: values.filter,
		debug: values.debug,
		json: values.json ?? false,
		plain: values.plain ?? false,
	};
	if (values.help) {
		return {command: 'help', where: undefined, ...shared};
	}

	if (values.version) {
		return {command: 'version', where: undefined, ...shared};
	}

	const [first, second, ...rest] = positionals;
	if (first === 'uses') {
		if (second !== undefined) {
			throw wrongUsage(
				'uses takes no place.',
				'Write: jetsam uses, perhaps with --context NAME or --files DIR.',
			);
		}

		return readUses(shared);
	}

	if (first === 'rewrite') {
		return readRewrite(second, shared);
	}

	if (first === 'copy') {
		return readCopy(positionals.slice(1), shared);
	}

	if (first === 'undo' || first === 'resume' || first === 'batches') {
		return readBatchCommand(first, [second, ...rest], shared);
	}

	if (first === 'apply') {
		return readApply(second, rest[0], shared);
	}

	if (first === 'sample') {
		return {
			command: 'sample',
			where: undefined,
			...shared,
			repositories: checkSampled(positionals.slice(1), shared.demo),
		};
	}

	if (first === 'doctor') {
		return readDoctor(second, rest[0], shared);
	}

	if (shared.mqtt !== undefined) {
		throw wrongUsage(
			'--mqtt is for samples.',
			'Write for example: jetsam sample grafana/grafana --mqtt mqtts://broker.example.com',
		);
	}

	const isList = first === 'list' || first === 'plan';
	const extra = isList ? rest[0] : second;
	if (extra !== undefined) {
		throw explainExtra({first: first ?? '', extra, isList});
	}

	const where = isList ? second : first;
	if (isList && where === undefined && !shared.demo) {
		throw wrongUsage(
			`${first} needs a place.`,
			`Write for example: jetsam ${first} 127.0.0.1:5000`,
		);
	}

	const command = first === 'list' || first === 'plan' ? first : 'explore';
	return {command, where, ...shared};
};

const readDoctor = (
	where: string | undefined,
	extra: string | undefined,
	shared: Omit<CommandLine, 'command' | 'where'>,
): CommandLine => {
	if (extra !== undefined) {
		throw wrongUsage(
			`"${hideLogin(extra)}" is one place too many.`,
			'Write: jetsam doctor registry.example.com, or only jetsam doctor for all that are known.',
		);
	}

	return {...shared, command: 'doctor', where};
};

const readUses = (
	shared: Omit<CommandLine, 'command' | 'where'>,
): CommandLine => {
	const {elsewhere, since, move} = shared;
	if (
		!elsewhere &&
		(since !== undefined || move.mapFile !== undefined || move.home)
	) {
		throw wrongUsage(
			'--since, --map and --to are about images from elsewhere.',
			'Write: jetsam uses --elsewhere --map FILE --since 7d',
		);
	}

	return {...shared, command: 'uses', where: undefined};
};

const readRewrite = (
	extra: string | undefined,
	shared: Omit<CommandLine, 'command' | 'where'>,
): CommandLine => {
	const {move, files} = shared;
	if (
		extra !== undefined ||
		files.length === 0 ||
		(move.mapFile === undefined && move.home === undefined)
	) {
		throw wrongUsage(
			extra === undefined
				? 'rewrite needs a folder and where its images go.'
				: `"${extra}" is nothing that rewrite takes.`,
			'Write: jetsam rewrite --files DIR --to HOME, or --map FILE in the place of --to HOME.',
		);
	}

	return {...shared, command: 'rewrite', where: undefined};
};

const readCopy = (
	images: readonly string[],
	shared: Omit<CommandLine, 'command' | 'where'>,
): CommandLine => {
	const {home, mapFile} = shared.move;
	if (home === undefined && mapFile === undefined) {
		throw wrongUsage(
			'copy needs a home.',
			'Write for example: jetsam copy redis:7 --to registry.example.com/mirror',
		);
	}

	if (images.length === 0 && !shared.elsewhere && mapFile === undefined) {
		throw wrongUsage(
			'copy needs images.',
			'Name them, or give --elsewhere for all that your clusters and files take from elsewhere.',
		);
	}

	return {...shared, command: 'copy', where: undefined, images};
};

const readApply = (
	planFile: string | undefined,
	extra: string | undefined,
	shared: Omit<CommandLine, 'command' | 'where'>,
): CommandLine => {
	if (planFile === undefined || extra !== undefined) {
		throw wrongUsage(
			'apply needs one plan.',
			'Write for example: jetsam apply plan.json',
		);
	}

	if (shared.yes && shared.confirm.length === 0) {
		throw wrongUsage(
			'--yes needs the phrase that would be typed.',
			'Give it with --confirm PHRASE; it stands in the plan, and jetsam apply without --yes prints it.',
		);
	}

	return {...shared, command: 'apply', where: undefined, planFile};
};

/** The commands about what earlier runs did. */
const readBatchCommand = (
	command: 'undo' | 'resume' | 'batches',
	names: ReadonlyArray<string | undefined>,
	shared: Omit<CommandLine, 'command' | 'where'>,
): CommandLine => {
	const [batch, extra] = names;
	const mostNames = command === 'batches' ? 0 : 1;
	const tooMany = mostNames === 0 ? batch : extra;
	if (tooMany !== undefined) {
		throw wrongUsage(
			`"${tooMany}" is one name too many.`,
			mostNames === 0
				? 'Write: jetsam batches, perhaps with --json.'
				: `Write: jetsam ${command} BATCH, or only jetsam ${command} for the last one.`,
		);
	}

	if (command === 'resume' && shared.yes && shared.confirm.length === 0) {
		throw wrongUsage(
			'--yes needs the phrase that would be typed.',
			'Give it with --confirm PHRASE; jetsam resume without --yes prints it.',
		);
	}

	return {...shared, command, where: undefined, batch};
};

const checkSampled = (
	repositories: readonly string[],
	isDemo: boolean,
): readonly string[] => {
	if (repositories.length === 0 || isDemo) {
		throw wrongUsage(
			isDemo
				? 'The demo has no counters to sample.'
				: 'sample needs a repository of Docker Hub.',
			'Write for example: jetsam sample grafana/grafana',
		);
	}

	return [...new Set(repositories)];
};

const explainExtra = ({
	first,
	extra,
	isList,
}: {
	first: string;
	extra: string;
	isList: boolean;
}): UserError => {
	const looksLikeCommand = !isList && /^[a-z]+$/.test(first);
	return looksLikeCommand
		? wrongUsage(
				`There is no command "${first}".`,
				`Did you mean: jetsam ${closest(first, commands)} ${extra}`,
			)
		: wrongUsage(
				`"${hideLogin(extra)}" is one place too many.`,
				'Give one place; jetsam --help shows the forms.',
			);
};
