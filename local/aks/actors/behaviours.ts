/**
 * What can be wrong with a node, whatever is written to the API.
 * - `panics`, `dirty`: with eBPF on, Felix panics for ever, or its programs are refused (calico.md 15.4, 15.5)
 * - `unsupportedKernel`: Felix refuses eBPF and stays with iptables
 * - `slowStart`: containers take ten times as long to start
 * - `notReady`: the kubelet does not answer; nothing moves on the node until it does
 */
export type NodeBehaviour = 'panics' | 'dirty' | 'unsupportedKernel' | 'slowStart' | 'notReady';

/** Which node misbehaves how; can be changed at any time. */
export class NodeBehaviours {
  readonly #ofNode = new Map<string, ReadonlySet<NodeBehaviour>>();
  readonly #listeners = new Set<(node: string) => void>();

  has(node: string, behaviour: NodeBehaviour): boolean {
    return this.#ofNode.get(node)?.has(behaviour) ?? false;
  }

  /** Replaces what the node does; without behaviours, the node is well. */
  set(node: string, ...behaviours: NodeBehaviour[]): void {
    this.#ofNode.set(node, new Set(behaviours));
    for (const listener of this.#listeners) listener(node);
  }

  onChange(listener: (node: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
