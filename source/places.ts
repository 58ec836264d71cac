import type {KnownRegistry} from './world.js';

/** What a registry answers when it is asked nothing but whether it is there, without a login. */
export type RegistryAnswer =
	| {readonly kind: 'open'}
	| {readonly kind: 'wants-login'}
	| {
			readonly kind: 'none';
			/** Why, in two words or three: `no such host`. */
			readonly reason: string;
			/** The same for the operator, with what to do about it. */
			readonly sentence: string;
	  };

/** A vendor's program that knows of registries: Google's or Azure's. */
export type CloudProgram = 'gcloud' | 'az';

/** How the registries are found that the first screen lists, and what is remembered of them. */
export type Places = {
	/** Asks a registry whether it is there, for a few seconds at most. No login leaves, and no program is run to get one. Throws the signal's reason only. */
	readonly ping: (
		address: string,
		signal: AbortSignal,
	) => Promise<RegistryAnswer>;
	/** The programs on this machine that may know of more registries; none of them is run for that. */
	readonly listPrograms: () => Promise<readonly CloudProgram[]>;
	/**
	Asks such a program for the registries that it knows of. Resolves to a sentence where some of them may be missing. Throws `UserError` where it tells nothing.
	@param options.tell - Gets them as they come.
	*/
	readonly askProgram: (
		program: CloudProgram,
		options: {
			tell: (found: readonly KnownRegistry[]) => void;
			signal: AbortSignal;
		},
	) => Promise<string | undefined>;
	/** Keeps for the next run that a registry, or a part of it, was opened now. It is forgotten where it cannot be kept. */
	readonly rememberVisit: (place: {
		readonly address: string;
		/** `undefined` for all of the registry. */
		readonly path: string | undefined;
	}) => Promise<void>;
	/** Keeps for the next run that a repository was opened by its name, because its registry lists none; resolves to a sentence if that failed. */
	readonly rememberRepository: (place: {
		readonly address: string;
		readonly repository: string;
	}) => Promise<string | undefined>;
	/** Lets the login of a registry be sent to another host from now on; resolves to a sentence if that could not be kept for the next run. */
	readonly allowTokenHost: (
		registry: string,
		tokenHost: string,
	) => Promise<string | undefined>;
	/** Whether the demo can be gone to from the first screen, or is where this is. */
	readonly demo: 'offered' | 'running' | 'none';
};
