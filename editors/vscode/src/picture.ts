// The picture beside the text: drawn by the server, marked where the cursor is, and a way back to the line.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

const PAUSE = 300; // milliseconds after the last key

interface Drawn {
  svg: string | null;
  message: string | null;
}

export class Picture implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: vscode.TextDocument | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private asked = 0;
  private readonly listening: vscode.Disposable[];

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.listening = [
      vscode.workspace.onDidChangeTextDocument((change) => {
        if (change.document === this.shown) {
          this.drawSoon();
        }
      }),
      vscode.window.onDidChangeTextEditorSelection((change) => this.follow(change.textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (this.panel && editor && editor.document.languageId === "pathflow" && editor.document !== this.shown) {
          this.shown = editor.document;
          this.drawSoon(0);
        }
      }),
    ];
  }

  show(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "pathflow") {
      return;
    }
    this.shown = editor.document;
    if (this.panel) {
      this.panel.reveal(undefined, true);
    } else {
      this.open();
    }
    this.drawSoon(0);
  }

  private open(): void {
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("pathflow.picture", "pathflow", beside, {
      enableScripts: true,
      localResourceRoots: [],
      retainContextWhenHidden: true,
    });
    panel.webview.html = page();
    panel.webview.onDidReceiveMessage((message: { line?: number }) => void this.reveal(message.line));
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    this.panel = panel;
  }

  private drawSoon(pause = PAUSE): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.draw(), pause);
  }

  private async draw(): Promise<void> {
    const document = this.shown;
    const panel = this.panel;
    if (!document || !panel) {
      return;
    }
    const turn = ++this.asked;
    const view = vscode.workspace.getConfiguration("pathflow").get<string>("picture.view", "");
    const uri = document.uri.toString();
    const drawn = await this.client()
      ?.sendRequest<Drawn>("pathflow/picture", { uri, view })
      .catch(() => undefined);
    if (turn !== this.asked || this.panel !== panel) {
      return; // a later one is on its way
    }
    panel.title = `${document.uri.path.split("/").pop() ?? "pathflow"} – picture`;
    await panel.webview.postMessage({
      svg: drawn?.svg ?? null,
      message: drawn?.message ?? (drawn ? null : "The language server is not there."),
    });
    const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
    if (editor) {
      this.follow(editor);
    }
  }

  private follow(editor: vscode.TextEditor): void {
    if (this.panel && editor.document === this.shown) {
      void this.panel.webview.postMessage({ line: editor.selection.active.line + 1 });
    }
  }

  private async reveal(line: number | undefined): Promise<void> {
    if (!this.shown || typeof line !== "number") {
      return;
    }
    const visible = vscode.window.visibleTextEditors.find((one) => one.document === this.shown);
    const editor = await vscode.window.showTextDocument(this.shown, { viewColumn: visible?.viewColumn ?? vscode.ViewColumn.One });
    const place = new vscode.Range(line - 1, 0, line - 1, 0);
    editor.selection = new vscode.Selection(place.start, place.start);
    editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.panel?.dispose();
    for (const one of this.listening) {
      one.dispose();
    }
  }
}

/** The page around the picture. Nothing is loaded from anywhere, and only this script runs. */
function page(): string {
  const nonce = randomBytes(16).toString("hex");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style>
  body { margin: 0; padding: 0.5rem; background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); }
  #picture svg { max-width: 100%; height: auto; background: white; border-radius: 4px; }
  #picture.wide svg { max-width: none; }
  [data-line] { cursor: pointer; }
  .here { filter: drop-shadow(0 0 3px #d97706) drop-shadow(0 0 6px #d97706); }
  #message { font-style: italic; padding: 0.5rem; }
</style>
</head>
<body>
<div id="message" role="status"></div>
<div id="picture" title="Click a step to go to its line; double-click for the picture's own size"></div>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>`;
}

const SCRIPT = `
const vscode = acquireVsCodeApi();
const picture = document.getElementById("picture");
const message = document.getElementById("message");
let line = 0;

function mark() {
  const nodes = [...picture.querySelectorAll("[data-line]")];
  const before = nodes.filter((node) => Number(node.dataset.line) <= line);
  const nearest = Math.max(0, ...before.map((node) => Number(node.dataset.line)));
  for (const node of nodes) {
    node.classList.toggle("here", Number(node.dataset.line) === nearest);
  }
  const here = nodes.find((node) => node.classList.contains("here"));
  if (here) {
    here.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

window.addEventListener("message", ({ data }) => {
  if ("svg" in data) {
    if (data.svg) {
      const drawn = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
      for (const script of drawn.querySelectorAll("script")) {
        script.remove();
      }
      picture.replaceChildren(document.importNode(drawn, true));
    }
    message.textContent = data.message ?? "";
    mark();
  }
  if ("line" in data) {
    line = data.line;
    mark();
  }
});
picture.addEventListener("click", (event) => {
  const node = event.target.closest("[data-line]");
  if (node) {
    vscode.postMessage({ line: Number(node.dataset.line) });
  }
});
picture.addEventListener("dblclick", () => picture.classList.toggle("wide"));
`;
