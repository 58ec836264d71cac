/* eslint-disable ava/no-ignored-test-files -- loaded by find-places.test.ts */
import test, {type ExecutionContext} from 'ava';
import {
	askCloud,
	type FoundPlace,
} from '../../source/find-places/ask-clouds.js';
import {UserError} from '../../source/user-error.js';
import {standIn, variables} from '../helpers/stand-in.js';

const {signal} = new AbortController();

/** What a program tells that answers each question by its first words; `undefined` fails. */
const ask = async (
	t: ExecutionContext,
	program: 'gcloud' | 'az',
	code: string,
) => {
	const {environment, readCalls} = await standIn(t, program, code);
	const found: FoundPlace[] = [];
	const sentence = await askCloud(program, {
		environment,
		tell(places) {
			found.push(...places);
		},
		signal,
	});
	return {
		sentence,
		calls: await readCalls(),
		places: found.map(({host, path}) => `${host} ${path ?? '-'}`).toSorted(),
	};
};

const repositoriesOf = (names: readonly string[]): string => `
	const names = ${JSON.stringify(names)};
	console.log(JSON.stringify(arguments_[0] === 'projects'
		? [{projectId: 'lab'}]
		: names.map(name => ({name}))));`;

const googleNames: ReadonlyArray<
	readonly [name: string, place: string | undefined]
> = [
	[
		'projects/lab/locations/europe-west1/repositories/images',
		'europe-west1-docker.pkg.dev lab/images',
	],
	['projects/lab/locations/us/repositories/gcr.io', 'gcr.io lab'],
	['projects/lab/locations/eu/repositories/eu.gcr.io', 'eu.gcr.io lab'],
	[
		'projects/corp.example:lab/locations/us/repositories/images',
		'us-docker.pkg.dev corp.example/lab/images',
	],
	['projects/lab/locations/us/repositories', undefined],
	['projects/lab/locations/US/repositories/x', undefined],
	['projects/lab/locations/evil.example#/repositories/x', undefined],
	['projects/lab/locations/us/repositories/a/b', undefined],
	['projects/LAB/locations/us/repositories/x', undefined],
	['projects/../locations/us/repositories/x', undefined],
	['', undefined],
];

test('gcloud tells the repositories of Artifact Registry as places; what is none is left out', async t => {
	const {places, sentence, calls} = await ask(
		t,
		'gcloud',
		repositoriesOf(googleNames.map(([name]) => name)),
	);
	t.deepEqual(
		places,
		googleNames.flatMap(([, place]) => place ?? []).toSorted(),
	);
	t.is(sentence, undefined);
	t.deepEqual(
		calls.map(words => words.slice(0, 3).join(' ')),
		['projects list --format=json(projectId)', 'artifacts repositories list'],
	);
	t.true(calls[1]?.includes('--project=lab'));
});

test('az tells the login servers of every subscription; what is no host is left out', async t => {
	const {places, sentence, calls} = await ask(
		t,
		'az',
		`console.log(JSON.stringify(arguments_[0] === 'account'
			? ['ab-1', 'ab-2']
			: value('--subscription') === 'ab-1'
				? ['lab.azurecr.io', 'b.azurecr.io', 'lab.azurecr.io/x', 'no host', 7, null]
				: ['c.azurecr.io']));`,
	);
	t.deepEqual(places, ['b.azurecr.io -', 'c.azurecr.io -', 'lab.azurecr.io -']);
	t.is(sentence, undefined);
	t.is(calls.length, 3);
});

test('no part of an account becomes an option', async t => {
	const gcloud = await ask(
		t,
		'gcloud',
		`console.log(JSON.stringify(arguments_[0] === 'projects'
			? [{projectId: '--configuration=x'}, {projectId: '-q'}, {other: 1}, 7, {projectId: 'lab'}]
			: []));`,
	);
	t.is(gcloud.calls.length, 2);
	const az = await ask(
		t,
		'az',
		`console.log(JSON.stringify(arguments_[0] === 'account' ? ['--debug', '-h', 'AB-1'] : []));`,
	);
	t.deepEqual(
		az.calls.slice(1).map(words => words[3]),
		['AB-1'],
	);
});

test('parts that tell nothing are counted, and the others are told', async t => {
	const {places, sentence} = await ask(
		t,
		'az',
		`if (arguments_[0] === 'account') {
			console.log('["a", "b", "c"]');
		} else if (value('--subscription') === 'b') {
			console.log('["b.azurecr.io"]');
		} else {
			console.error('planted-secret');
			process.exitCode = 1;
		}`,
	);
	t.deepEqual(places, ['b.azurecr.io -']);
	t.is(
		sentence,
		'az told nothing of 2 of its 3 subscriptions: they may have no registry, or not be open to you.',
	);
});

const silences: ReadonlyArray<
	readonly [what: string, code: string, sentence: string]
> = [
	['an empty list', "console.log('[]');", 'gcloud knows of no projects.'],
	['no list', "console.log('planted');", 'gcloud knows of no projects.'],
	['nothing', '', 'gcloud knows of no projects.'],
];

for (const [what, code, sentence] of silences) {
	test(`a program that answers ${what} knows of nothing`, async t => {
		const {places, sentence: told} = await ask(t, 'gcloud', code);
		t.deepEqual(places, []);
		t.is(told, sentence);
	});
}

test('a program that fails, or is not there, is a sentence with the command that logs in', async t => {
	const failed = await t.throwsAsync(
		ask(t, 'az', "console.error('planted-secret'); process.exitCode = 1;"),
		{instanceOf: UserError},
	);
	t.is(
		failed.sentence,
		'az does not tell its subscriptions. Run `az login` and try again.',
	);
	const missing = await t.throwsAsync(
		askCloud('gcloud', {
			environment: variables([['PATH', '/nowhere']]),
			tell() {
				throw new Error('There is nothing to tell');
			},
			signal,
		}),
		{instanceOf: UserError},
	);
	t.is(
		missing.sentence,
		'gcloud does not tell its projects. Run `gcloud auth login` and try again.',
	);
});
