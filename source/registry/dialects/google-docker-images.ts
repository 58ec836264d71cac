import {HttpError} from '../../http/http-error.js';
import type {HttpClient} from '../../http/client.js';
import {type Digest, parseDigest} from '../../oci/digest.js';
import {decodeText, isJsonObject, parseJson} from '../../oci/json.js';
import type {Besides} from './dialect.js';

const apiOrigin = 'https://artifactregistry.googleapis.com';
const largestPage = 64 * 1024 * 1024;
const mostPages = 10_000;

/** User names under which a login's password is an access token of Google's. */
const tokenUsers = new Set(['oauth2accesstoken', '_token', '_dcgcloud_token']);

/** Where the repositories of the `gcr.io` hosts lie. */
const gcrLocations: ReadonlyMap<string, string> = new Map([
	['gcr.io', 'us'],
	['us.gcr.io', 'us'],
	['eu.gcr.io', 'europe'],
	['asia.gcr.io', 'asia'],
]);

/** Tells which digests an image has by Artifact Registry's own API; `undefined` where that is not allowed or does not answer. */
export type ListDockerImages = (
	repository: string,
	signal: AbortSignal,
) => Promise<ReadonlySet<Digest> | undefined>;

/**
The list of an image by the API beside the registry; `undefined` where the host is not Google's. It resolves to `undefined` where the login is no access token.
@see https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories.dockerImages/list
*/
export const openDockerImages = (
	host: string,
	besides: Besides | undefined,
): ListDockerImages | undefined => {
	const {findLogin, origin, open} = besides ?? {};
	// A token goes to Google only for a host of Google's.
	const isGoogles = gcrLocations.has(host) || host.endsWith('-docker.pkg.dev');
	if (!open || !findLogin || (!isGoogles && origin === undefined)) {
		return undefined;
	}

	return async (repository, signal) => {
		const place = findPlace(host, repository);
		const login = place && (await findLogin(signal));
		if (!login || !tokenUsers.has(login.username)) {
			return undefined;
		}

		try {
			return await listImages(open(origin ?? apiOrigin), {
				...place,
				authorization: `Bearer ${login.password}`,
				signal,
			});
		} catch (error) {
			if (!(error instanceof HttpError)) {
				throw error;
			}

			return undefined;
		}
	};
};

/** An image, as that API names it. */
export type Place = {
	/** `projects/…/locations/…/repositories/…`. */
	readonly parent: string;
	readonly image: string;
};

/** Where an image of the registry's stands there; `undefined` where its name is none that Google gives. */
export const findPlace = (
	host: string,
	repository: string,
): Place | undefined => {
	const [first = '', ...others] = repository.split('/');
	// Projects of a domain are `example.com:project` there.
	const project = first.includes('.') ? `${first}:${others.shift()}` : first;
	const gcrLocation = gcrLocations.get(host);
	const name = gcrLocation === undefined ? others.shift() : host;
	const location =
		gcrLocation ?? /^(?<name>[a-z\d-]+)-docker\.pkg\.dev$/.exec(host)?.[1];
	return name === undefined || others.length === 0
		? undefined
		: {
				parent: `projects/${project}/locations/${location ?? '-'}/repositories/${name}`,
				image: others.join('/'),
			};
};

const listImages = async (
	client: HttpClient,
	{
		parent,
		image,
		authorization,
		signal,
	}: Place & {authorization: string; signal: AbortSignal},
): Promise<ReadonlySet<Digest> | undefined> => {
	const digests = new Set<Digest>();
	const seen = new Set<string>();
	let token = '';
	do {
		seen.add(token);
		const query = new URLSearchParams({
			pageSize: '1000',
			...(token !== '' && {pageToken: token}),
		});
		const {body} = await client.send({
			method: 'GET',
			path: `/v1/${parent}/dockerImages?${query.toString()}`,
			accept: 'application/json',
			authorization,
			signal,
			maxBytes: largestPage,
		});
		const page = parseJson(decodeText(body));
		if (!isJsonObject(page)) {
			return undefined;
		}

		for (const name of listNames(page['dockerImages'])) {
			const digest = findDigest(name, image);
			if (digest) {
				digests.add(digest);
			}
		}

		const {nextPageToken: next = ''} = page;
		token = typeof next === 'string' ? next : '';
		if (seen.has(token) && token !== '') {
			return undefined;
		}
	} while (token !== '' && seen.size < mostPages);

	return token === '' ? digests : undefined;
};

const listNames = (value: unknown): string[] =>
	(Array.isArray(value) ? value : []).flatMap((image: unknown) =>
		isJsonObject(image) && typeof image['name'] === 'string'
			? image['name']
			: [],
	);

/** The digest that `…/dockerImages/IMAGE@DIGEST` names, where it is of this image. */
const findDigest = (name: string, image: string): Digest | undefined => {
	const last = name.slice(name.lastIndexOf('/') + 1);
	const at = last.lastIndexOf('@');
	const written = last.slice(0, Math.max(0, at));
	return written === image || written === image.replaceAll('/', '%2F')
		? parseDigest(last.slice(at + 1))
		: undefined;
};
