/** A vendor whose own program can log in to a registry. */
export type VendorHost =
	| {readonly vendor: 'google'}
	/** `name` is the registry's, without the domain. */
	| {readonly vendor: 'azure'; readonly name: string}
	| {readonly vendor: 'amazon'; readonly region: string}
	/** Amazon's registry for everybody, public.ecr.aws. */
	| {readonly vendor: 'amazon-public'};

const googlePattern = /^(?:[a-z\d-]+\.)*(?:gcr\.io|pkg\.dev)$/;
const azurePattern = /^(?<name>[a-z\d]+(?:-[a-z\d]+)*)\.azurecr\.(?:io|cn|us)$/;
const amazonPattern =
	/^\d{12}\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z]+(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com|amazonaws\.com\.cn|on\.aws)$/;

/**
Whose registry a host is, as its name tells; `undefined` for any other.

What it holds becomes an argument of the vendor's program: letters, digits and single hyphens between them.
*/
export const readVendorHost = (host: string): VendorHost | undefined => {
	if (googlePattern.test(host)) {
		return {vendor: 'google'};
	}

	const name = azurePattern.exec(host)?.groups?.['name'];
	if (name !== undefined) {
		return {vendor: 'azure', name};
	}

	const region = amazonPattern.exec(host)?.groups?.['region'];
	if (region !== undefined) {
		return {vendor: 'amazon', region};
	}

	return host === 'public.ecr.aws' ? {vendor: 'amazon-public'} : undefined;
};

/** The names under which Docker Hub is known, the one that its logins are kept by first. */
export const hubHosts: readonly string[] = [
	'index.docker.io',
	'docker.io',
	'registry-1.docker.io',
	'registry.hub.docker.com',
];

/** The program that may have a login for a host besides docker and podman. */
export const nameVendorProgram = (host: string): string | undefined => {
	const found = readVendorHost(host);
	switch (found?.vendor) {
		case 'google': {
			return 'gcloud';
		}

		case 'azure': {
			return 'az';
		}

		case 'amazon':
		case 'amazon-public': {
			return 'aws';
		}

		case undefined: {
			return undefined;
		}
	}
};

/**
The command that logs in to a host.
@param refused - What gave the login that the host does not accept, where it was given one.
*/
export const nameLoginCommand = (
	host: string,
	refused?: {readonly program?: string | undefined},
): string => {
	const found = readVendorHost(host);
	switch (found?.vendor) {
		case 'google': {
			// A login that docker keeps goes before what gcloud gives.
			return refused && refused.program === undefined
				? `gcloud auth configure-docker ${host}`
				: 'gcloud auth login';
		}

		case 'azure': {
			return `az acr login -n ${found.name}`;
		}

		case 'amazon': {
			return `aws ecr get-login-password --region ${found.region} | docker login --username AWS --password-stdin ${host}`;
		}

		case 'amazon-public': {
			return `aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin ${host}`;
		}

		case undefined: {
			return hubHosts.includes(host) ? 'docker login' : `docker login ${host}`;
		}
	}
};
