// The page of a code, as a document that is only read.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

const SCHEME = "pathflow-page";

export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const code = uri.path.replace(/^\//, "").replace(/\.txt$/, "");
    const active = vscode.window.activeTextEditor?.document;
    const asking = active?.languageId === "pathflow" ? active.uri.toString() : undefined;
    const found = await this.client()?.sendRequest<{ text: string | null }>("pathflow/explain", { code, uri: asking });
    return found?.text ?? `There is no code ${code}.\n`;
  }

  async ask(code?: string): Promise<void> {
    const asked = code ?? (await vscode.window.showInputBox({ prompt: "The code of a finding", placeHolder: "G101" }));
    if (asked) {
      await this.open(asked);
    }
  }

  async open(code: string): Promise<void> {
    if (!/^[A-Za-z]\d{3}$/.test(code)) {
      return;
    }
    const page = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${SCHEME}:/${code.toUpperCase()}.txt`));
    await vscode.window.showTextDocument(page, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }

  dispose(): void {
    this.registration.dispose();
  }
}
