/**
An error that the operator can mend: `message` says in one sentence what is wrong and where, `remedy` what to do about it.

Everything else that is thrown is a bug and is shown with its stack.
*/
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly remedy: string;
	readonly exitCode: 1 | 2 | 3;
	/** 0 where no HTTP reply is behind it. */
	readonly status: number;

	constructor(
		message: string,
		options: {
			/** One sentence in the imperative, or an empty string where there is nothing to do. */
			remedy: string;
			/** The process's exit code if this error ends it: 1 failed, 2 wrong usage, 3 refused by a safeguard. */
			exitCode?: 1 | 2 | 3;
			/** The HTTP status behind it, where there was a reply. */
			status?: number;
			cause?: unknown;
		},
	) {
		super(message, {cause: options.cause});
		this.remedy = options.remedy;
		this.exitCode = options.exitCode ?? 1;
		this.status = options.status ?? 0;
	}

	/** Both sentences, as they are shown. */
	get sentence(): string {
		return this.remedy === '' ? this.message : `${this.message} ${this.remedy}`;
	}
}

/** A registry does not tell which repositories it has. Each of them can be asked for by its name all the same. */
export class ClosedCatalogError extends UserError {}

/** A registry lets pull no more for hours; everything that needs a pull fails until then. */
export class PullLimitError extends UserError {}

/** A host wants a login to be sent to another host, which is not known for it. The operator may allow that. */
export class UnknownRealmError extends UserError {
	/** The registry's host. */
	readonly registry: string;
	/** Where its login would go, over https. */
	readonly realm: string;

	constructor(registry: string, realm: string) {
		super(
			`${registry} wants a login to be sent to ${realm}, which is another host.`,
			{
				remedy: `If that is right, allow it in the settings: {"registries": [{"address": "${registry}", "tokenHosts": ["${realm}"]}]}.`,
				exitCode: 3,
			},
		);
		this.registry = registry;
		this.realm = realm;
	}
}
