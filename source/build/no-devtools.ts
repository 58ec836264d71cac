/** Stands in for react-devtools-core, which Ink imports only under DEV=true and the program never does. */
const noDevtools = {};

export default noDevtools;
