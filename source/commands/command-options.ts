import {parseArgs} from 'node:util';
import {closest} from 'fastest-levenshtein';
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
	sort: {type: 'string'},
	filter: {type: 'string'},
	debug: {type: 'string'},
	since: {type: 'string'},
	map: {type: 'string'},
	to: {type: 'string'},
	platform: {type: 'string', multiple: true},
	template: {type: 'string'},
	pin: {type: 'boolean'},
	write: {type: 'boolean'},
	json: {type: 'boolean'},
	plain: {type: 'boolean'},
	version: {type: 'boolean'},
	help: {type: 'boolean'},
} as const;

/** The options of a command line and what stands beside them; throws `UserError`, exit code 2. */
export const parseOptions = (commandArguments: readonly string[]) => {
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
