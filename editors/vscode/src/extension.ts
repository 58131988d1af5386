// Starts the language server, and what VS Code shows besides: the picture, and the page of a code.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { Pages } from "./pages";
import { Picture } from "./picture";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const pages = new Pages(() => client);
  const picture = new Picture(() => client);
  context.subscriptions.push(
    pages,
    picture,
    vscode.commands.registerCommand("pathflow.showPicture", () => picture.show()),
    vscode.commands.registerCommand("pathflow.explain", (code?: string) => pages.ask(code)),
    vscode.commands.registerCommand("pathflow.restartServer", () => restart(context)),
    vscode.window.registerUriHandler({ handleUri: (uri) => pages.open(uri.query) }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("pathflow.server") || change.affectsConfiguration("pathflow.language")) {
        await restart(context);
      }
    }),
  );
  await start(context);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(context: vscode.ExtensionContext): Promise<void> {
  await client?.stop().catch(() => undefined);
  client = undefined;
  await start(context);
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  const settings = vscode.workspace.getConfiguration("pathflow");
  const [command, ...args] = settings.get<string[]>("server.command", ["pathflow", "lsp"]);
  if (!command) {
    void vscode.window.showErrorMessage("pathflow.server.command names no command.");
    return;
  }
  const server: ServerOptions = { command, args };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "pathflow" }],
    synchronize: { configurationSection: "pathflow" },
    initializationOptions: {
      language: settings.get<string>("language", ""),
      rulePages: `${vscode.env.uriScheme}://${context.extension.id}/explain?{code}`,
      triggerSuggest: true,
    },
  };
  const starting = new LanguageClient("pathflow", "pathflow", server, options);
  try {
    await starting.start();
    client = starting;
  } catch (wrong) {
    const how = "pip install 'pathflow-lang[lsp]'";
    const why = wrong instanceof Error ? wrong.message : String(wrong);
    const say = `The language server of pathflow does not start (${why}). Install it: ${how}; or say where it is.`;
    const open = "Open the setting";
    if ((await vscode.window.showErrorMessage(say, open)) === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "pathflow.server.command");
    }
  }
}
