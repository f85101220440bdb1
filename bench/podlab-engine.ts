// P9: what a page loads for the engine alone, without any interface.
export { createSimulator } from '../src/simulator.ts';
