/** What is deleted: all images of each repository but the first. */
export const repositories = 5;
export const digests = 5000;
/** Milliseconds until the registry answers. */
export const latency = 20;

/** The fewest requests of the step of an image with one tag and a config. */
export const requestsPerStep = [
	'HEAD of the digest: safeguard 6',
	'HEAD of its tag: safeguard 6',
	'GET of its manifest: safeguard 7',
	'GET of its config: safeguard 7',
	'DELETE of the digest',
	'HEAD of the digest: whether it is gone',
] as const;
