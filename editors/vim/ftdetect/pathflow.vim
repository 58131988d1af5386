autocmd BufRead,BufNewFile *.path setfiletype pathflow
