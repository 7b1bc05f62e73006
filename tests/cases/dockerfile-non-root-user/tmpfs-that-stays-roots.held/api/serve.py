print('served')
