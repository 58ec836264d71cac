import {parseArgs} from 'node:util';
import {closest} from 'fastest-levenshtein';
import {UserError} from '../user-error.js';

/** What `--help` prints; the readme prints it too, and a test compares them. */
export const helpText = `
  Usage
    $ jetsam [WHERE]         explore: drill, mark, review, type the phrase, delete
    $ jetsam list WHERE      print what a registry or a repository holds
    $ jetsam uses            print what the clusters and files name; --elsewhere: only images
                             that are not in your own registries

  WHERE is a host, host/prefix, host/repository, host/repository:tag or
  host/repository@sha256:…, with http:// or https:// before it if need be.

  Options
    --read-only               nothing that changes a registry leaves this process
    --demo                    an embedded registry with a sample world; nothing is real
    --context NAME            ask this context of the kubeconfig who needs an image; repeatable
    --all-contexts            ask all of them
    --without-context NAME    leave this one out: what it runs does not count; repeatable
    --namespace NAME          ask this one where a cluster lists none; repeatable
    --files DIR               read what Dockerfiles and manifests in this folder name; repeatable
    --uses FILE               read what \`jetsam uses --json\` wrote elsewhere; repeatable
    --insecure-registry HOST  allow http, or https that cannot be verified, for this host
    --config FILE             read the settings from here
    --marks FILE              mark what this file names, one reference on each line
    --state DIR               keep journals and marks here
    --debug FILE              append every request to this file, without secrets
    --json                    print one JSON document
    --plain                   print text, even to a terminal
    --version                 print the version
    --help                    print this

  Examples
    $ jetsam --demo
    $ jetsam 127.0.0.1:5000
    $ jetsam list registry.example.com/shop --json
`;

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
	'insecure-registry': {type: 'string', multiple: true},
	config: {type: 'string'},
	marks: {type: 'string'},
	state: {type: 'string'},
	debug: {type: 'string'},
	json: {type: 'boolean'},
	plain: {type: 'boolean'},
	version: {type: 'boolean'},
	help: {type: 'boolean'},
} as const;

/** What the operator asked for. */
export type CommandLine = {
	readonly command: 'explore' | 'list' | 'uses' | 'help' | 'version';
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
	/** Lower case, without a scheme. */
	readonly insecureHosts: readonly string[];
	readonly config: string | undefined;
	/** A file of references to mark. */
	readonly marks: string | undefined;
	readonly state: string | undefined;
	/** The file of the request log. */
	readonly debug: string | undefined;
	readonly json: boolean;
	readonly plain: boolean;
};

const commands = ['list', 'uses'] as const;

const wrongUsage = (message: string, remedy: string): UserError =>
	new UserError(message, {remedy, exitCode: 2});

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
		insecureHosts: (values['insecure-registry'] ?? []).map(host =>
			host
				.replace(/^https?:\/\//i, '')
				.replace(/\/.*$/, '')
				.toLowerCase(),
		),
		config: values.config,
		marks: values.marks,
		state: values.state,
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

	const isList = first === 'list';
	const extra = isList ? rest[0] : second;
	if (extra !== undefined) {
		throw explainExtra({first: first ?? '', extra, isList});
	}

	const where = isList ? second : first;
	if (isList && where === undefined && !shared.demo) {
		throw wrongUsage(
			'list needs a place.',
			'Write for example: jetsam list 127.0.0.1:5000',
		);
	}

	return {command: isList ? 'list' : 'explore', where, ...shared};
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
