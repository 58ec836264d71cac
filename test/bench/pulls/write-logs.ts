/*
Writes logs as clouds write them, the same for the same numbers: Azure's events, a file for each hour, and GCS usage logs.
*/
import {createHash} from 'node:crypto';
import {mkdir, open, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {
	createRandom,
	pickInteger,
	type Random,
} from '../../../source/demo/random.js';

export const azureHost = 'contoso.azurecr.io';
export const azureFrom = Date.UTC(2026, 9, 1);

const hour = 60 * 60 * 1000;
const repositories = 40;
const imagesEach = 60;
/** Images of a repository that are deployed at one time. */
const latest = 4;

const agents = [
	'docker/24.0.7 go/go1.20.10 git-commit/311b9ff os/linux arch/amd64',
	'docker/25.0.3 go/go1.21.6 git-commit/f417435 os/linux arch/amd64',
	'containerd/v1.7.15',
	'containerd/v1.7.20',
	'containers/5.24.1 (github.com/containers/image)',
];

const sha256 = (text: string): string =>
	`sha256:${createHash('sha256').update(text).digest('hex')}`;

const buildImages = () =>
	Array.from({length: repositories}, (_, repository) =>
		Array.from({length: imagesEach}, (__, image) => ({
			repository: `team-${repository % 7}/service-${repository}`,
			digest: sha256(`image ${repository} ${image}`),
			tag: image % 3 === 0 ? undefined : `1.${image}.${repository}`,
		})),
	).flat();

const hexadecimal = (random: Random, length: number): string => {
	let text = '';
	while (text.length < length) {
		text += Math.floor(random() * 0x1_00_00)
			.toString(16)
			.padStart(4, '0');
	}

	return text.slice(0, length);
};

const uuid = (random: Random): string =>
	[8, 4, 4, 4, 12].map(length => hexadecimal(random, length)).join('-');

/** Everything now and then, the first ones more often. */
const pick = <T>(random: Random, all: readonly T[]): T => {
	const chosen = all[Math.floor(random() ** 2 * all.length)];
	if (chosen === undefined) {
		throw new Error('There is nothing to pick from.');
	}

	return chosen;
};

/** Mostly what was deployed lately: of each repository the few images whose turn it is, and one time in ten any. */
const pickImage = (
	random: Random,
	images: ReturnType<typeof buildImages>,
	progress: number,
) => {
	const current =
		Math.floor(progress * (imagesEach - latest)) +
		pickInteger(random, 0, latest - 1);
	const repository = Math.floor(random() ** 2 * repositories);
	return random() < 0.9
		? (images[repository * imagesEach + current] ?? pick(random, images))
		: pick(random, images);
};

const pickOperation = (random: Random): readonly [string, string] => {
	const share = random();
	return share < 0.92
		? ['Pull', '200']
		: share < 0.95
			? ['Push', '201']
			: share < 0.985
				? ['Pull', '404']
				: ['Untag', '200'];
};

const writeEvent = (
	random: Random,
	time: number,
	{repository, digest, tag = digest}: ReturnType<typeof buildImages>[number],
): string => {
	const [operation, result] = pickOperation(random);
	const moment = `${new Date(time).toISOString().slice(0, -1)}${pickInteger(random, 1000, 9999)}Z`;
	const text = JSON.stringify;
	return `{ "time": "${moment}", "category": "ContainerRegistryRepositoryEvents", "resourceId": "/SUBSCRIPTIONS/5F1C6B52-90C1-4B1F-8D3A-6C2E5A7B9D10/RESOURCEGROUPS/SHARED/PROVIDERS/MICROSOFT.CONTAINERREGISTRY/REGISTRIES/CONTOSO", "operationName": "${operation}", "identity": "aks-kubelet@contoso.example", "location": "westeurope", "resultType": "HttpStatusCode", "resultDescription": "${result}", "durationMs": "${(random() * 100).toFixed(6)}", "callerIpAddress": "203.0.113.${pickInteger(random, 1, 254)}", "correlationId": "${uuid(random)}", "properties": {"tag":${text(tag)},"digest":${text(result === '404' ? '<nil>' : digest)},"mediaType":"<nil>","repository":${text(repository)},"artifactType":"acr.docker","tenantId":"0d4c1f7e-2b5a-4c3d-9e8f-7a6b5c4d3e2f","loginServer":"${azureHost}","userAgent":${text(pick(random, agents))}}, "RegionStamp": "weu-${pickInteger(random, 1, 4)}"}\n`;
};

/** Writes Azure's events into files for each hour; resolves to the bytes that they take. One in a hundred stands twice. */
export const writeAzureLogs = async (
	folder: string,
	{lines, hours}: {readonly lines: number; readonly hours: number},
): Promise<number> => {
	const random = createRandom('azure events');
	const images = buildImages();
	let bytes = 0;
	for (let index = 0; index < hours; index++) {
		const from = azureFrom + index * hour;
		const [date = '', time = ''] = new Date(from).toISOString().split('T');
		const [year = '', month = '', day = ''] = date.split('-');
		const place = path.join(
			folder,
			`y=${year}`,
			`m=${month}`,
			`d=${day}`,
			`h=${time.slice(0, 2)}`,
			'm=00',
		);
		const count =
			Math.floor((lines * (index + 1)) / hours) -
			Math.floor((lines * index) / hours);
		const parts: string[] = [];
		while (parts.length < count) {
			const moment = from + Math.floor((parts.length / count) * hour);
			const line = writeEvent(
				random,
				moment,
				pickImage(random, images, index / hours),
			);
			parts.push(line);
			if (parts.length < count && random() < 0.01) {
				parts.push(line);
			}
		}

		const text = parts.join('');
		bytes += text.length;
		await mkdir(place, {recursive: true});
		await writeFile(path.join(place, 'PT1H.json'), text);
	}

	return bytes;
};

const columns =
	'time_micros,c_ip,c_ip_type,c_ip_region,cs_method,cs_uri,sc_status,cs_bytes,sc_bytes,time_taken_micros,cs_host,cs_referer,cs_user_agent,s_request_id,cs_operation,cs_bucket,cs_object'.split(
		',',
	);

const row = (cells: readonly string[]): string =>
	`${cells.map(cell => `"${cell}"`).join(',')}\n`;

const writeUsage = (
	random: Random,
	time: number,
	{repository, digest}: ReturnType<typeof buildImages>[number],
): string => {
	const bucket = 'artifacts.contoso.appspot.com';
	const object = `containers/images/${digest}`;
	const share = random();
	const method = share < 0.94 ? 'GET' : 'PUT';
	const status = share < 0.9 ? '200' : share < 0.92 ? '304' : '206';
	return row([
		`${time}${pickInteger(random, 100, 999)}`,
		`203.0.113.${pickInteger(random, 1, 254)}`,
		'1',
		'',
		method,
		`/${bucket}/${object}`,
		status,
		'0',
		String(pickInteger(random, 500, 60_000_000)),
		String(pickInteger(random, 1000, 900_000)),
		'storage.googleapis.com',
		random() < 0.97
			? `https://gcr.io/v2/contoso/${repository}/blobs/${digest}`
			: '',
		`${pick(random, agents)}, gzip(gfe)`,
		hexadecimal(random, 24),
		'GET_Object',
		bucket,
		object,
	]);
};

/** Writes GCS usage logs into files; resolves to the bytes that they take. */
export const writeUsageLogs = async (
	folder: string,
	{lines, files}: {readonly lines: number; readonly files: number},
): Promise<number> => {
	const random = createRandom('usage logs');
	const images = buildImages();
	let bytes = 0;
	await mkdir(folder, {recursive: true});
	for (let index = 0; index < files; index++) {
		const from = Date.UTC(2024, 0, 1) + index * hour;
		const name = new Date(from)
			.toISOString()
			.slice(0, 19)
			.replaceAll(/[T:\-]/gv, '_');
		const handle = await open(
			path.join(folder, `contoso_usage_${name}_0f3a_v0`),
			'w',
		);
		const parts = [row(columns)];
		for (let line = 0; line < lines / files; line++) {
			const moment = from + Math.floor((line / (lines / files)) * hour);
			parts.push(
				writeUsage(random, moment, pickImage(random, images, index / files)),
			);
		}

		const text = parts.join('');
		bytes += text.length;
		await handle.writeFile(text);
		await handle.close();
	}

	return bytes;
};
