import {parseArgs} from 'node:util';
import {closest} from 'fastest-levenshtein';
import type {UserError} from '../user-error.js';
import {readRuleOptions, type RuleOptions} from './rule-options.js';
import {
	parseBroker,
	parseMaxBytes,
	parseRemoveOlder,
	parseWindow,
} from './option-values.js';
import {wrongUsage} from './wrong-usage.js';

const options = {
	'read-only': {type: 'boolean'},
	demo: {type: 'boolean'},
	context: {type: 'string', multiple: true},
	'all-contexts': {type: 'boolean'},
	'without-context': {type: 'string', multiple: true},
	namespace: {type: 'string', multiple: true},
	files: {type: 'string', multiple: true},
	uses: {type: 'string', multiple: true},
	elsewhere: {type: 'boolean'},
	pulls: {type: 'string', multiple: true},
	window: {type: 'string'},
	'max-bytes': {type: 'string'},
	'insecure-registry': {type: 'string', multiple: true},
	mqtt: {type: 'string'},
	config: {type: 'string'},
	marks: {type: 'string'},
	state: {type: 'string'},
	'keep-blobs': {type: 'boolean'},
	yes: {type: 'boolean'},
	confirm: {type: 'string', multiple: true},
	'remove-older': {type: 'string'},
	rules: {type: 'string'},
	'keep-newest': {type: 'string'},
	'newest-per': {type: 'string'},
	'keep-younger': {type: 'string'},
	'min-pulls': {type: 'string'},
	within: {type: 'string'},
	'keep-tags': {type: 'string', multiple: true},
	'only-tags': {type: 'string', multiple: true},
	'only-untagged': {type: 'boolean'},
	age: {type: 'string'},
	'allow-unknown-uses': {type: 'boolean'},
	'max-deletes': {type: 'string'},
	'max-share': {type: 'string'},
	out: {type: 'string'},
	debug: {type: 'string'},
	json: {type: 'boolean'},
	plain: {type: 'boolean'},
	version: {type: 'boolean'},
	help: {type: 'boolean'},
} as const;

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
	/** What `plan` and `apply` are asked for. */
	readonly rules: RuleOptions;
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
] as const;

/** The command line that `commandArguments` spell; throws `UserError` with exit code 2. */
export const parseCommandLine = (
	commandArguments: readonly string[],
): CommandLine => {
	const {values, positionals} = parse(commandArguments);
	const shared = {
		readOnly: values['read-only'] ?? false,
		demo: values.demo ?? false,
		contexts: values['all-contexts'] ? ('all' as const) : values.context,
		withoutContexts: values['without-context'] ?? [],
		namespaces: values.namespace ?? [],
		files: values.files ?? [],
		snapshots: values.uses ?? [],
		elsewhere: values.elsewhere ?? false,
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
		rules: readRuleOptions(values),
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

		return {command: 'uses', where: undefined, ...shared};
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
				`"${extra}" is one place too many.`,
				'Give one place; jetsam --help shows the forms.',
			);
};

const parse = (commandArguments: readonly string[]) => {
	try {
		return parseArgs({
			args: [...commandArguments],
			options,
			allowPositionals: true,
		});
	} catch (error) {
		throw explainParseError(error, commandArguments);
	}
};

const explainParseError = (
	error: unknown,
	commandArguments: readonly string[],
): unknown => {
	if (!(error instanceof Error) || !('code' in error)) {
		return error;
	}

	const {code, message} = error;
	if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
		const unknown =
			commandArguments
				.map(argument => argument.replace(/=.*$/s, ''))
				.find(
					argument =>
						argument.startsWith('-') &&
						!Object.hasOwn(options, argument.slice(2)),
				) ?? '';
		const nearest = closest(
			unknown,
			Object.keys(options).map(name => `--${name}`),
		);
		return wrongUsage(
			`There is no option ${unknown}.`,
			`Did you mean ${nearest}? jetsam --help shows all.`,
		);
	}

	return code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE'
		? wrongUsage(
				message.replace(/\.?\s*(?:To specify.*)?$/s, '.'),
				'jetsam --help shows the options.',
			)
		: error;
};
