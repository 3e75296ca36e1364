import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    picture: "Picture",
    show: "Show picture",
    about: (host: string) => `The daemon will ask ${host} for it; your browser asks nobody.`,
    always: (host: string) => `Always from ${host}`,
    elsewhere: (host: string) => `Open at ${host}`,
    waiting: (host: string) => `Asking ${host} …`,
    large: "Open it large",
    follow: (place: string) => `Follow its link to ${place}`,
    try_again: "Try again",
  },
  {
    picture: "Imagem",
    show: "Mostrar imagem",
    about: (host) => `O serviço vai pedi-la a ${host}; o seu navegador não pede nada a ninguém.`,
    always: (host) => `Sempre de ${host}`,
    elsewhere: (host) => `Abrir em ${host}`,
    waiting: (host) => `Pedindo a ${host} …`,
    large: "Abrir em tamanho grande",
    follow: (place) => `Seguir o link para ${place}`,
    try_again: "Tentar de novo",
  },
);
