/* eslint-disable ava/no-ignored-test-files -- log-files.test.ts loads it */
import test, {type ExecutionContext} from 'ava';
import {createGcsUsageFormat} from '../../source/pulls/gcs-usage.js';
import {digestOf} from '../helpers/build-repository.js';
import {
	createFolder,
	describeTallies,
	readLogs,
	writeFiles,
} from './_log-folder.js';

const columns =
	'time_micros,c_ip,c_ip_type,c_ip_region,cs_method,cs_uri,sc_status,cs_bytes,sc_bytes,time_taken_micros,cs_host,cs_referer,cs_user_agent,s_request_id,cs_operation,cs_bucket,cs_object'.split(
		',',
	);

const config = digestOf('config');
const blob = `blob ${config.slice(7, 11)}`;
const name = 'usage/acme_usage_2019_05_19_18_00_00_00ab_v0';
const storageName = 'acme_storage_2019_05_19_07_00_00_00ab_v0';
let request = 0;

type Cells = Readonly<Record<string, string>>;

const quote = (cells: readonly string[]): string =>
	`${cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;

const header = quote(columns);

/** The name of a column as a property, `csObject`. */
const nameOf = (column: string): string =>
	column.replaceAll(/_(?<letter>[a-z])/gv, (_, letter: string) =>
		letter.toUpperCase(),
	);

const usual = (): Cells => ({
	timeMicros: '1558291766787464',
	csMethod: 'GET',
	scStatus: '200',
	csReferer: `https://gcr.io/v2/acme/team/api/blobs/${config}`,
	csUserAgent: 'docker/18.09, (linux)',
	sRequestId: `r-${request++}`,
	csBucket: 'artifacts.acme.appspot.com',
	csObject: `containers/images/${config}`,
});

/** A config that was fetched, unless it says otherwise; each request is one of its own. */
const write = (cells: Cells = {}, order = columns): string => {
	const all: Cells = {...usual(), ...cells};
	return quote(order.map(column => all[nameOf(column)] ?? ''));
};

const read = async (
	t: ExecutionContext,
	files: Readonly<Record<string, string>>,
	about = 'gcr.io',
) => {
	const folder = createFolder(t);
	await writeFiles(folder, files);
	return readLogs({where: folder, format: createGcsUsageFormat(), about});
};

const once = [`pull acme/team/api ${blob} x1`];
const twice = [`pull acme/team/api ${blob} x2`];

const rows: ReadonlyArray<
	readonly [
		title: string,
		row: string,
		tallies: readonly string[],
		problem?: string,
	]
> = [
	['a second fetch', write(), twice],
	['a part of a blob', write({scStatus: '206'}), twice],
	['not changed', write({scStatus: '304'}), once],
	['not there', write({scStatus: '404'}), once],
	['an upload', write({csMethod: 'PUT'}), once],
	[
		'a call of the bucket itself',
		write({csObject: '', csUri: '/storage/v1/b/x?alt=json', csReferer: ''}),
		once,
	],
	[
		'an agent that cleans up',
		write({csMethod: 'DELETE', csObject: 'containers/x'}),
		once,
	],
	['no referer', write({csReferer: ''}), [`pull  ${blob} x1`, ...once]],
	[
		'a repository without a folder',
		write({csReferer: `https://gcr.io/v2/acme/blobs/${config}`}),
		[`pull acme ${blob} x1`, ...once],
	],
	[
		'another registry',
		write({csReferer: `https://eu.gcr.io/v2/acme/team/api/blobs/${config}`}),
		once,
	],
	[
		'a referer of somebody else',
		write({csReferer: 'https://evil.example/https://gcr.io/v2/a/blobs/x'}),
		[`pull  ${blob} x1`, ...once],
	],
	['quotes in a cell', write({csUserAgent: 'say "hello", twice'}), twice],
	[
		'a line end in a cell',
		write({csUserAgent: 'two\nlines\r\nand more'}),
		twice,
	],
	['UTF-8 in a cell', write({csUserAgent: 'Löscher/1 ⚓'}), twice],
	[
		'cells without quotes',
		write().replaceAll('"', '').replace(', (', ' ('),
		twice,
	],
	['a carriage return', write().replace('\n', '\r\n'), twice],
	[
		'a milliseconds time of another length',
		write({timeMicros: '155829176678746'}),
		twice,
	],
	[
		'a time that is none',
		write({timeMicros: '2019-05-19'}),
		once,
		'Its time_micros is no time.',
	],
	[
		'a time of zero',
		write({timeMicros: '0'}),
		once,
		'Its time_micros is no time.',
	],
	[
		'a cell too few',
		quote(columns.slice(1)),
		once,
		'It has 16 cells where the first row names 17.',
	],
	[
		'a cell too many',
		quote([...columns, 'more']),
		once,
		'It has 18 cells where the first row names 17.',
	],
	[
		'a quote too many in a row',
		write({csBucket: 'x'}).replace('"x"', '"x"y"z"'),
		once,
		'Its quotes are not those of CSV.',
	],
	['JSON', '{"a":1}\n', once, 'Its quotes are not those of CSV.'],
];

for (const [title, row, tallies, problem] of rows) {
	test(`GCS usage logs: ${title}`, async t => {
		const last = write({csMethod: 'HEAD'});
		const reply = await read(t, {[name]: header + write() + row + last});
		t.deepEqual(describeTallies(reply), tallies);
		t.is(reply.source.skipped, problem === undefined ? 0 : 1);
		t.is(
			reply.source.firstProblem,
			problem === undefined ? undefined : `${name}:3: ${problem}`,
		);
		t.is(reply.source.proves, 'nothing');
		t.is(reply.source.covers, undefined);
	});
}

test('a request is counted once, whichever files it is in', async t => {
	const row = write({scStatus: '206'});
	const reply = await read(t, {
		[`${name}_1`]: header + row + row,
		[`${name}_2`]: header + row + write(),
	});
	t.deepEqual(describeTallies(reply), twice);
});

test('columns are found by their names', async t => {
	const order = columns.toReversed();
	const reply = await read(t, {[name]: quote(order) + write({}, order)});
	t.deepEqual(describeTallies(reply), once);
});

test('a file without the columns is told by its name, and its rows are not read', async t => {
	const reply = await read(t, {
		aggregate: 'imageName,numberOfPulls\nbusybox,4\n',
		usage: header + write(),
	});
	t.deepEqual(describeTallies(reply), once);
	t.is(
		reply.source.firstProblem,
		'aggregate:1: It is no usage log: its first row does not name time_micros, s_request_id, cs_method, sc_status, cs_user_agent, cs_bucket, cs_referer, cs_object.',
	);
});

test('logs of what is stored are passed over', async t => {
	const reply = await read(t, {
		[storageName]: '"bucket","storage_byte_hours"\n"acme","12"\n',
		renamed: '"bucket","storage_byte_hours"\n"acme","12"\n',
		[name]: header + write(),
	});
	t.is(reply.source.skipped, 0);
	t.deepEqual(describeTallies(reply), once);
});

test('a bucket tells the registry where no referer does', async t => {
	const reply = await read(
		t,
		{
			[name]:
				header +
				write({csReferer: '', csBucket: 'eu.artifacts.acme.appspot.com'}),
		},
		'eu.gcr.io',
	);
	t.deepEqual(describeTallies(reply), [`pull  ${blob} x1`]);
});

test('rows of a usage log have their days, though they stand in a later file', async t => {
	const reply = await read(t, {
		[name]: header + write({timeMicros: '1558000000000000'}) + write(),
	});
	t.deepEqual([...(reply.tallies[0]?.days.keys() ?? [])], [18_032, 18_035]);
	t.is(
		reply.source.remark,
		'Its records of this registry are from 2019-05-16 to 2019-05-19.',
	);
});

test('a quote without another does not swallow the file', async t => {
	const rest = Array.from({length: 2000}, () => write()).join('');
	const reply = await read(t, {
		[name]: `${header}"1558291766787464","broken\n${rest}`,
	});
	t.is(reply.source.firstProblem, `${name}:2: A quote in it has no other.`);
	t.is(reply.source.skipped, 1);
	t.is(reply.source.records, 2000);
});

test('a row that is cut off is told', async t => {
	const reply = await read(t, {
		[name]: header + write() + write().slice(0, -30),
	});
	t.deepEqual(describeTallies(reply), once);
	t.is(
		reply.source.firstProblem,
		`${name}:3: It is cut off: the file ends in it.`,
	);
});
