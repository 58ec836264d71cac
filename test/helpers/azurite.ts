import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {createHmac, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {makeFolder} from './stand-in.js';

const program = fileURLToPath(
	new URL('../../node_modules/azurite/dist/src/blob/main.js', import.meta.url),
);

const version = '2021-12-02';

/** Azure's blob store on this machine, with one container that anybody may read. */
export type Azurite = {
	readonly account: string;
	readonly container: string;
	/** Where the blobs of the account are. */
	readonly endpoint: string;
	/** Writes a blob anew. */
	readonly put: (name: string, text: string) => Promise<void>;
};

/** The address that it tells once it listens. */
const waitForAddress = async (
	lines: AsyncIterable<string>,
): Promise<string> => {
	for await (const line of lines) {
		const address = /listens on (?<address>http:\S+)/v.exec(line)?.groups?.[
			'address'
		];
		if (address !== undefined) {
			return address;
		}
	}

	throw new Error('Azurite ended before it listened.');
};

/**
Signs a request by the account's key.
@see https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
*/
const sign = (
	url: URL,
	{
		account,
		key,
		headers,
		length,
	}: {
		account: string;
		key: string;
		headers: Map<string, string>;
		length: number;
	},
): string => {
	const named = [...headers]
		.toSorted(([one], [two]) => (one < two ? -1 : 1))
		.map(([name, value]) => `${name}:${value}`);
	const query = [...url.searchParams].map(
		([name, value]) => `${name}:${value}`,
	);
	const text = [
		'PUT',
		'',
		'',
		length === 0 ? '' : String(length),
		...Array.from({length: 8}, () => ''),
		...named,
		[`/${account}${url.pathname}`, ...query].join('\n'),
	].join('\n');
	return createHmac('sha256', Buffer.from(key, 'base64'))
		.update(text)
		.digest('base64');
};

/** Starts it for a test, in memory, and makes the container. */
export const startAzurite = async (t: ExecutionContext): Promise<Azurite> => {
	const account = 'acmelogs';
	const container = 'insights-logs-containerregistryrepositoryevents';
	const key = randomBytes(32).toString('base64');
	const child = spawn(
		process.execPath,
		[
			program,
			'--silent',
			'--skipApiVersionCheck',
			'--disableTelemetry',
			'--inMemoryPersistence',
			'--blobHost',
			'127.0.0.1',
			'--blobPort',
			'0',
		],
		{
			cwd: await makeFolder(t),
			env: Object.fromEntries([['AZURITE_ACCOUNTS', `${account}:${key}`]]),
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	t.teardown(async () => {
		if (child.kill('SIGKILL')) {
			await once(child, 'exit');
		}
	});
	const origin = await waitForAddress(createInterface(child.stdout));
	child.stdout.resume();
	const endpoint = `${origin}/${account}`;

	const send = async (
		address: string,
		extra: ReadonlyArray<readonly [string, string]>,
		text = '',
	): Promise<void> => {
		const url = new URL(address);
		const headers = new Map([
			['x-ms-date', new Date().toUTCString()],
			['x-ms-version', version],
			...extra,
		]);
		// Bytes have no content type, which would be signed too.
		const body = new TextEncoder().encode(text);
		const signature = sign(url, {
			account,
			key,
			headers,
			length: body.length,
		});
		const response = await fetch(url, {
			method: 'PUT',
			headers: [
				...headers,
				['authorization', `SharedKey ${account}:${signature}`],
			],
			body,
		});
		if (!response.ok) {
			throw new Error(await response.text());
		}
	};

	await send(`${endpoint}/${container}?restype=container`, [
		['x-ms-blob-public-access', 'container'],
	]);
	return {
		account,
		container,
		endpoint,
		async put(name, text) {
			await send(
				`${endpoint}/${container}/${name}`,
				[['x-ms-blob-type', 'BlockBlob']],
				text,
			);
		},
	};
};

/**
A stand-in for `az storage blob download-batch`: it checks its arguments, compares names as Python's fnmatch does, and downloads what matches. `AZURE_STORAGE_SERVICE_ENDPOINT` says from where, as for az.
*/
export const azDownloadBatch = String.raw`
if (arguments_.slice(0, 3).join(' ') !== 'storage blob download-batch') { console.error('ERROR: what?'); process.exit(2); }
const destination = value('--destination');
if (fs.readdirSync(destination).length > 0) { console.error('ERROR: The destination is not empty.'); process.exit(1); }
if ((fs.statSync(destination).mode & 0o077) !== 0) { console.error('ERROR: Others may read the destination.'); process.exit(1); }
const pattern = new RegExp('^' + value('--pattern').replace(/[.+^$(){}|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.') + '$', 's');
const base = process.env.AZURE_STORAGE_SERVICE_ENDPOINT + '/' + value('--source');
const get = async address => {
	const response = await fetch(address, {headers: {'x-ms-version': '${version}'}});
	if (!response.ok) { console.error('ERROR: ' + (await response.text()).replace(/<[^>]*>/g, ' ')); process.exit(1); }
	return response;
};
(async () => {
	let marker = '';
	do {
		const page = await (await get(base + '?restype=container&comp=list&maxresults=20&marker=' + encodeURIComponent(marker))).text();
		for (const [, name] of page.matchAll(/<Name>([^<]*)<\/Name>/g)) {
			if (!pattern.test(name)) continue;
			const file = path.join(destination, name);
			fs.mkdirSync(path.dirname(file), {recursive: true});
			fs.writeFileSync(file, Buffer.from(await (await get(base + '/' + name)).arrayBuffer()));
		}
		marker = (/<NextMarker>([^<]+)<\/NextMarker>/.exec(page) ?? [])[1] ?? '';
	} while (marker !== '');
})();
`;
