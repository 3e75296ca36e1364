import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    log_in: "Log in",
    set_up: "Set up",
    set_up_what: "This makes the first user, who administers the daemon. Choose a name and a password.",
    set_up_already: "The first user was made already. Log in instead.",
    no_users: "Nobody can log in yet",
    no_users_how:
      "This daemon has no user. Whoever runs it makes the first one: by the link to /setup that the daemon prints when it starts, opened within an hour.",
    no_users_or: "Or by this command, on the daemon's own machine:",
    language: "Language",
    english: "English",
    portuguese: "Português (Brasil)",
    connecting: "Connecting…",
    name: "Name",
    password: "Password",
    password_again: "Repeat the password",
    password_rule: "At least 12 characters. Several words in a row are easy to remember.",
    or: "or",
    by_provider: "Log in with your organization's account",
    wrong: "The name or the password is wrong.",
    slow_down: (time: string) => `Too many failed attempts. Try again in ${time}.`,
    plain:
      "Nobody can log in over this address, since it is not encrypted. Open the page with https://, or on the machine itself as http://localhost.",
    busy: "Too many people are logging in just now. Try again in a moment.",
    unavailable: "The database is away just now. Try again in a moment.",
    unreachable: "The daemon does not answer. Try again in a moment.",
    name_rule:
      "This name can't be used. A name has 1 to 64 letters, digits and . _ - @ +, and begins with a letter or a digit.",
    password_wrong:
      "This password can't be used. It must have at least 12 characters, not be a common one, not repeat itself, and be more than your name.",
    different: "The two passwords are different.",
    link_wrong:
      "This link is no longer valid. While there is no user, the daemon prints a new one each time it starts.",
    link_incomplete: "This link is not complete. Open it as the daemon printed it, with everything after the #.",
  },
  {
    log_in: "Entrar",
    set_up: "Configurar",
    set_up_what: "Aqui se cria o primeiro usuário, que administra o serviço. Escolha um nome e uma senha.",
    set_up_already: "O primeiro usuário já foi criado. Entre com o seu nome e a sua senha.",
    no_users: "Ainda não é possível entrar",
    no_users_how:
      "Este serviço não tem usuários. Quem o administra cria o primeiro: pelo link para /setup que o serviço mostra ao iniciar, aberto em até uma hora.",
    no_users_or: "Ou por este comando, na própria máquina do serviço:",
    language: "Idioma",
    english: "English",
    portuguese: "Português (Brasil)",
    connecting: "Conectando…",
    name: "Nome",
    password: "Senha",
    password_again: "Repita a senha",
    password_rule: "Pelo menos 12 caracteres. Algumas palavras em sequência são fáceis de lembrar.",
    or: "ou",
    by_provider: "Entrar com a conta da organização",
    wrong: "O nome ou a senha está errado.",
    slow_down: (time) => `Foram muitas tentativas erradas. Tente de novo em ${time}.`,
    plain:
      "Não é possível entrar por este endereço, pois a conexão não é criptografada. Abra a página com https:// ou, na própria máquina, como http://localhost.",
    busy: "Muitas pessoas estão entrando agora. Tente de novo daqui a pouco.",
    unavailable: "O banco de dados não está acessível agora. Tente de novo daqui a pouco.",
    unreachable: "O serviço não responde. Tente de novo daqui a pouco.",
    name_rule:
      "Esse nome não serve. Ele tem de 1 a 64 letras, algarismos e . _ - @ +, e começa com uma letra ou um algarismo.",
    password_wrong:
      "Essa senha não serve. Ela precisa ter pelo menos 12 caracteres, não ser das mais comuns, não se repetir e ser mais que o seu nome.",
    different: "As duas senhas são diferentes.",
    link_wrong: "Este link não vale mais. Enquanto não há usuário, o serviço mostra um novo a cada início.",
    link_incomplete: "Este link não está completo. Abra-o como o serviço o mostrou, com tudo o que vem depois do #.",
  },
);
