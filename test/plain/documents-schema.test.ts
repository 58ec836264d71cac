import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';
import {makeHome} from '../helpers/open-program.js';
import {runProgram} from '../helpers/run-program.js';

type Schema = Readonly<Record<string, unknown>>;

const readSchema = async (): Promise<Schema> =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
	JSON.parse(
		await readFile(
			new URL('../../distribution/documents.schema.json', import.meta.url),
			'utf8',
		),
	) as Schema;

/** The same, which allows no field that it does not describe. */
const close = (schema: unknown): unknown => {
	if (Array.isArray(schema)) {
		return schema.map(item => close(item));
	}

	if (typeof schema !== 'object' || schema === null) {
		return schema;
	}

	const entries = Object.entries(schema).map(([key, value]) => [
		key,
		close(value),
	]);
	return Object.fromEntries([
		...entries,
		...('properties' in schema && 'type' in schema
			? [['additionalProperties', false]]
			: []),
	]);
};

const closeSchema = (schema: Schema): Schema =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it has the shape of what it was made of
	close(schema) as Schema;

const compile = (schema: Schema, name: 'list' | 'plan') => {
	const ajv = new Ajv2020({
		strict: true,
		strictRequired: false,
		strictTypes: false,
	});
	ajv.addSchema({...schema, $id: 'documents'});
	const validate = ajv.compile({$ref: `documents#/$defs/${name}`});
	return (document: unknown): string =>
		validate(document) ? '' : ajv.errorsText(validate.errors);
};

/** Asserts that a document is as the schema says, has no field besides, and that the schema is not so wide that it allows another. */
const assertFits = async (
	t: ExecutionContext,
	name: 'list' | 'plan',
	text: string,
): Promise<void> => {
	const schema = await readSchema();
	const document: unknown = JSON.parse(text);
	t.is(compile(schema, name)(document), '');
	t.is(compile(closeSchema(schema), name)(document), '');
	const validate = compile(schema, name);
	t.not(
		validate(
			JSON.parse(text.replace('"schemaVersion": 1', '"schemaVersion": 2')),
		),
		'',
	);
	t.not(validate(JSON.parse(text.replaceAll('"digest"', '"hash"'))), '');
	t.not(
		validate(
			JSON.parse(
				text.replace(/"state": "(?:yes|no|unknown)"/v, '"state": "perhaps"'),
			),
		),
		'',
	);
};

test('list --json of the demo is as the schema in the package says, and has no field besides', async t => {
	const home = await makeHome(t);
	const {stdout, exitCode} = await runProgram(
		t,
		['list', 'shop', '--demo', '--json'],
		{home},
	);
	t.is(exitCode, 0);
	await assertFits(t, 'list', stdout);
});

test('plan --json of the demo, and the file of --out, are as the schema in the package says', async t => {
	const home = await makeHome(t);
	const rules = path.join(home, 'plan.json');
	const {stdout, exitCode} = await runProgram(
		t,
		[
			'plan',
			'shop',
			'--demo',
			'--json',
			'--out',
			rules,
			'--keep-newest',
			'3',
			'--age',
			'created',
			'--keep-younger',
			'30d',
			'--min-pulls',
			'1',
			'--within',
			'90d',
			'--keep-tags',
			'^v1',
			'--max-share',
			'60',
			'--max-deletes',
			'1000',
		],
		{home},
	);
	t.is(exitCode, 0);
	await assertFits(t, 'plan', stdout);
	t.is(await readFile(rules, 'utf8'), stdout);
	const schema = await readSchema();
	t.not(
		compile(
			schema,
			'plan',
		)(JSON.parse(stdout.replaceAll('"verdict"', '"decision"'))),
		'',
	);
});
